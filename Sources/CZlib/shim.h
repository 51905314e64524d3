// zlib, as the system's package installs it.
#pragma once

#include <zlib.h>
