# whole_runs.cmake - what the program, as built, makes of files; and the library, as embedded.

# whole_run(<name> <script> [<argument>...]) - a script that gets the program first. One that knows
# `--all` tries a sample here, and all in a test of its own, which takes long.
function(whole_run name script)
    set(path ${CMAKE_CURRENT_SOURCE_DIR}/${script})
    set(script_and_program sh ${path} $<TARGET_FILE:rapport>)
    add_test(NAME ${name} COMMAND ${script_and_program} ${ARGN})
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
    file(STRINGS ${path} knows_all REGEX "--all" LIMIT_COUNT 1)
    if(knows_all)
        add_test(NAME ${name}_all COMMAND ${script_and_program} ${ARGN} --all)
        set_tests_properties(${name}_all PROPERTIES LABELS medium SKIP_RETURN_CODE 77)
    endif()
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
whole_run(hostile_limits hostile/limits.sh)
whole_run(hostile_words hostile/words.sh)
whole_run(hostile_usage hostile/usage.sh)
whole_run(hostile_verify hostile/verify.sh)
whole_run(hostile_audit hostile/audit.sh)
whole_run(hostile_pseudonyms hostile/pseudonyms.sh)
whole_run(hostile_workers hostile/workers.sh $<TARGET_FILE:fault_deadly>)
whole_run(hostile_sandbox hostile/sandbox.sh $<TARGET_FILE:fault_spy> $<TARGET_FILE:without>
    $<TARGET_FILE:fault_counting> $<TARGET_FILE:fault_norms>)

# A sample of the points where something fails; with --all, each of them.
foreach(driver outputs allocations calls kills)
    whole_run(fault_${driver} faults/${driver}.sh)
endforeach()
whole_run(fault_bad_plugins faults/bad_plugins.sh ${PROJECT_BINARY_DIR}/faults)
set_tests_properties(fault_bad_plugins PROPERTIES TIMEOUT 600) # some of them hang on purpose

whole_run(same_bytes property/same_bytes.sh)
whole_run(processors property/processors.sh)
whole_run(two_ways property/two_ways.sh)
foreach(kind tables ini)
    add_executable(mutated_${kind} property/mutated_${kind}.c property/mutate.c property/own_csv.c
        property/watched_run.c)
    target_include_directories(mutated_${kind} PRIVATE unit)
    target_link_libraries(mutated_${kind} PRIVATE rapport_headers) # for its warnings
    whole_run(mutated_${kind} property/mutated_${kind}.sh)
endforeach()
whole_run(outside outside/outside.sh)

# Documents with blocks marked console.
foreach(document README docs/plugin-guide docs/report docs/audit docs/pseudonyms)
    whole_run(${document} docs.sh ${PROJECT_SOURCE_DIR}/${document}.md)
endforeach()

# The library, embedded.
rapport_test(test_rapport unit/test_rapport.c)
rapport_test(test_threads unit/test_threads.c)
rapport_test(test_refused unit/test_refused.c)
if(TARGET test_threads AND RAPPORT_SANITIZE MATCHES address)
    target_compile_definitions(test_threads PRIVATE FORKS_ALONE)
endif()
foreach(area rapport refused) # workers close themselves, which Valgrind does not survive
    if(TEST test_${area}_memcheck)
        set_tests_properties(test_${area}_memcheck PROPERTIES DISABLED TRUE)
    endif()
endforeach()
foreach(test test_rapport test_threads test_refused)
    foreach(test ${test} ${test}_memcheck)
        if(TEST ${test})
            set_tests_properties(${test} PROPERTIES WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
            list(APPEND with_comma ${test})
        endif()
    endforeach()
endforeach()
if(TARGET test_refused)
    foreach(function malloc calloc realloc strdup strndup memory_new memory_array memory_grow
            memory_text text_grow text_add text_add_string text_add_count)
        target_link_options(test_refused PRIVATE -Wl,--wrap=${function})
    endforeach()
endif()

# Valgrind with workers.
if(VALGRIND AND NOT RAPPORT_SANITIZE)
    whole_run(memcheck memcheck.sh)
    set_tests_properties(memcheck PROPERTIES LABELS medium)
endif()

# Some are tried with a decimal comma in the locale, which is made from what Debian's package
# `locales` brings.
set(locales ${CMAKE_CURRENT_BINARY_DIR}/locales)
file(MAKE_DIRECTORY ${locales})
add_test(NAME comma_locale COMMAND localedef -i de_DE -f UTF-8 ${locales}/de_DE.UTF-8)
set_tests_properties(comma_locale PROPERTIES FIXTURES_SETUP comma_locale)
set_tests_properties(same_bytes ${with_comma} PROPERTIES
    FIXTURES_REQUIRED comma_locale
    ENVIRONMENT "LOCPATH=${locales};RAPPORT_PLUGIN_PATH=${PROJECT_BINARY_DIR}/plugins;TSAN_OPTIONS=die_after_fork=0")
