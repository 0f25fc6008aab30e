# unit_core.cmake - the host and the pipeline, tried on plugins that a host has to refuse or hold
# to their word.
add_subdirectory(faults)
foreach(area batch csv_write module trust pin instrument plan places bind fill scale lines chunk host seen
        report_file provenance audit pseudonym plan_facts piece workers)
    rapport_test(test_${area} unit/test_${area}.c unit/scratch.c unit/trial.c)
    if(TARGET test_${area})
        target_compile_definitions(test_${area} PRIVATE FAULTS="${PROJECT_BINARY_DIR}/faults")
        add_dependencies(test_${area} faults)
    endif()
endforeach()
if(TARGET test_scale)
    target_sources(test_scale PRIVATE ${PROJECT_SOURCE_DIR}/plugins/scoring/prorated_sum.c)
endif()
if(TARGET test_report_file) # which looks at what is brought to the disk, and on which file system
    target_link_options(test_report_file PRIVATE
        -Wl,--wrap=fsync,--wrap=openat,--wrap=renameat2,--wrap=getrandom)
endif()
foreach(area workers manners) # time is short, and the processor has modes: not so under Valgrind
    if(TEST test_${area}_memcheck)
        set_tests_properties(test_${area}_memcheck PROPERTIES DISABLED TRUE)
    endif()
endforeach()
