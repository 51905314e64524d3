// libcurl, as the system's package installs it.
#pragma once

#include <curl/curl.h>
