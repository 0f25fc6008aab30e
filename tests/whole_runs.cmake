# whole_runs.cmake - what the program, as built, makes of files; and the library, as embedded.

# whole_run(<name> <script> [<argument>...]) - a script that gets the program first.
function(whole_run name script)
    add_test(NAME ${name}
        COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/${script} $<TARGET_FILE:rapport> ${ARGN})
endfunction()

whole_run(golden golden/golden.sh)
whole_run(swap_scoring golden/swap.sh)
whole_run(beside golden/beside.sh)
whole_run(reference_bfi reference/bfi.sh)
whole_run(hostile_tables hostile/tables.sh)
whole_run(hostile_files hostile/files.sh)
whole_run(hostile_ini hostile/ini.sh)
whole_run(hostile_room hostile/room.sh)
whole_run(hostile_trust hostile/trust.sh $<TARGET_FILE:fault_no_entry>)
whole_run(hostile_words hostile/words.sh)
whole_run(hostile_verify hostile/verify.sh)
whole_run(hostile_workers hostile/workers.sh $<TARGET_FILE:fault_deadly>)
whole_run(hostile_sandbox hostile/sandbox.sh $<TARGET_FILE:fault_spy> $<TARGET_FILE:no_seccomp>)
whole_run(same_bytes property/same_bytes.sh)
whole_run(two_ways property/two_ways.sh)
whole_run(outside outside/outside.sh)

# Documents with blocks marked console.
foreach(document README docs/plugin-guide docs/report)
    whole_run(${document} docs.sh ${PROJECT_SOURCE_DIR}/${document}.md)
endforeach()

# The library, embedded.
rapport_test(test_rapport unit/test_rapport.c)
if(TEST test_rapport)
    set_tests_properties(test_rapport PROPERTIES WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set(with_comma test_rapport)
endif()

# Both are tried with a decimal comma in the locale, which is made from what Debian's package
# `locales` brings.
set(locales ${CMAKE_CURRENT_BINARY_DIR}/locales)
file(MAKE_DIRECTORY ${locales})
add_test(NAME comma_locale COMMAND localedef -i de_DE -f UTF-8 ${locales}/de_DE.UTF-8)
set_tests_properties(comma_locale PROPERTIES FIXTURES_SETUP comma_locale)
set_tests_properties(same_bytes ${with_comma} PROPERTIES
    FIXTURES_REQUIRED comma_locale
    ENVIRONMENT "LOCPATH=${locales};RAPPORT_PLUGIN_PATH=${PROJECT_BINARY_DIR}/plugins")
