# Installs the build into a folder of its own, builds the program beside this file against it, and runs that: its
# dispatcher, which the house does not know, is listed, stands the contract test, and serves a scenario.
set(prefix ${BUILD}/install-test/prefix)
set(outside ${BUILD}/install-test/build)
file(REMOVE_RECURSE ${prefix} ${outside})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)
  message("$ ${ARGN}\n${out}${err}")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "exit code ${status}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE} -B ${outside} -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${outside})

run(${outside}/mine list dispatcher)
if(NOT out MATCHES "lighter_of_two")
  message(FATAL_ERROR "the row of one's own is not listed")
endif()
run(${outside}/contract)
run(${outside}/mine run ${SOURCE}/lighter_of_two.yaml)
run(${prefix}/bin/orrery list dispatcher)
if(out MATCHES "lighter_of_two")
  message(FATAL_ERROR "the installed program knows a row of somebody else's")
endif()
