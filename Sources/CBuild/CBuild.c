// In C, because Package.swift can give a text to C, but not to Swift. It is alone in its target, so that
// another commit compiles this file and nothing else.

#include "CBuild.h"

const char *cbuild_commit(void) { return BUILD_COMMIT; }
