// What the build knows, for the program.
#pragma once

/// The commit that was built, or an empty text if the build was not given one.
const char *cbuild_commit(void);
