#include "Instructions.h"

__attribute__((noinline)) void instructions_counted(void (*work)(void *), void *context) {
    work(context);
    // Without anything to do after it, the call would become a jump, and this function end with it.
    __asm__ volatile("");
}
