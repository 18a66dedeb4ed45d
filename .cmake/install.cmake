# cmake --install: headers under include/orrery with the paths they have here, the boxes as static libraries, the
# program, the scenario library, and find_package(orrery) with the target orrery::orrery.
include(CMakePackageConfigHelpers)

set(package_folder lib/cmake/orrery)

install(TARGETS orrery RUNTIME DESTINATION bin)
install(TARGETS ${ORRERY_BOXES} orrery_everything EXPORT orreryTargets ARCHIVE DESTINATION lib)
install(EXPORT orreryTargets NAMESPACE orrery:: DESTINATION ${package_folder})
foreach(folder sim models scenarios analysis)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} DESTINATION include/orrery FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scenarios/library/ DESTINATION share/orrery/scenarios FILES_MATCHING PATTERN "*.yaml")

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/orreryConfig.cmake.in ${CMAKE_BINARY_DIR}/orreryConfig.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the contract.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/orreryConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/orreryConfig.cmake ${CMAKE_BINARY_DIR}/orreryConfigVersion.cmake
  DESTINATION ${package_folder})
