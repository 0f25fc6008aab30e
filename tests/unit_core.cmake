# Units that need files, plugins of their own, or a whole pipeline: the promises of core's
# config, pipeline, table and report.
rapport_test(test_places unit/test_places.c unit/scratch.c)
rapport_test(test_seen unit/test_seen.c)
rapport_test(test_batch unit/test_batch.c)
rapport_test(test_csv_write unit/test_csv_write.c)
rapport_test(test_report_file unit/test_report_file.c unit/scratch.c)
rapport_test(test_provenance unit/test_provenance.c)

# With puppet.so, a plugin whose tables and functions stand in the test itself.
foreach(subject module instrument plan bind fill scale chunk host)
    rapport_test(test_${subject} unit/test_${subject}.c unit/trial.c unit/scratch.c)
    if(TARGET test_${subject})
        target_compile_definitions(test_${subject} PRIVATE FAULTS="${PROJECT_BINARY_DIR}/faults")
        target_link_libraries(test_${subject} PRIVATE ${CMAKE_DL_LIBS})
        add_dependencies(test_${subject} faults)
    endif()
endforeach()
if(TARGET test_scale) # by the real prorated_sum, compiled in
    target_sources(test_scale PRIVATE ${PROJECT_SOURCE_DIR}/plugins/scoring/prorated_sum.c)
endif()
