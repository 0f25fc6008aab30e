# coverage.cmake - the build that counts which branches of core are taken; tools/coverage reads it.
set(here ${CMAKE_CURRENT_LIST_DIR})
set(counters ${PROJECT_BINARY_DIR}/counters)
file(MAKE_DIRECTORY ${counters})
foreach(target rapport_core rapport)
    target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic -fdata-sections)
endforeach()
target_link_options(rapport_core INTERFACE
    --coverage -Wl,-T,${here}/shared.ld -Wl,--wrap=__gcov_exit)
target_sources(rapport_core INTERFACE ${here}/shared.c)
target_compile_definitions(rapport_core INTERFACE COUNTERS="${counters}")
