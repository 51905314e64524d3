// libnghttp2, as the system's package installs it.
#pragma once

#include <nghttp2/nghttp2.h>
