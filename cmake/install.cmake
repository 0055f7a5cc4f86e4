# SPDX-License-Identifier: BSD-3-Clause
#
# The man page and the shells' completions, which the program makes of its own tables of options each time it is built,
# and what cmake --install puts where. Its places under the prefix are those that man, bash, zsh and fish look in for
# programs of /usr, /usr/local and, but for zsh, ~/.local.
include(GNUInstallDirs)

function(breakeven_generated kind file destination)
  set(out ${CMAKE_BINARY_DIR}/share/${file})
  get_filename_component(folder ${out} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(TARGET breakeven POST_BUILD COMMAND breakeven --generate ${kind} > ${out} VERBATIM)
  install(FILES ${out} DESTINATION ${destination})
endfunction()

if(CMAKE_CROSSCOMPILING)
  message(STATUS "Man page and completions: not made, since the program cannot be run here")
else()
  breakeven_generated(man man/man1/breakeven.1 ${CMAKE_INSTALL_MANDIR}/man1)
  breakeven_generated(bash bash-completion/completions/breakeven ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  breakeven_generated(zsh zsh/site-functions/_breakeven ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  breakeven_generated(fish fish/vendor_completions.d/breakeven.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(TARGETS breakeven RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md CONTRIBUTING.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY reports/pictures DESTINATION ${CMAKE_INSTALL_DOCDIR}/reports) # the README shows them
install(DIRECTORY reports/reference DESTINATION ${CMAKE_INSTALL_DATADIR}/breakeven/reports)
install(FILES hardware/specifications.csv DESTINATION ${CMAKE_INSTALL_DATADIR}/breakeven/hardware)
