// What the build knew, and the program tells.
#pragma once

/// The commit that was built, or an empty text.
const char *cbuild_commit(void);
