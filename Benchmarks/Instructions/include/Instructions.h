#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#pragma clang assume_nonnull begin

/// Calls `work` with `context`: callgrind, told this function's name, counts what happens in it.
void instructions_counted(void (*work)(void *context), void *context);

#pragma clang assume_nonnull end

#endif
