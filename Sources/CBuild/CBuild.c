// In C, because a macro of C can carry a text (Package.swift) and a condition of Swift cannot. Alone in
// its target, so that another commit compiles this file and nothing else.

#include "CBuild.h"

const char *cbuild_commit(void) { return BUILD_COMMIT; }
