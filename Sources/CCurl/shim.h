// libcurl, as the system's package installs it.
#pragma once

#include <curl/curl.h>

// Swift cannot call curl_easy_setopt and curl_easy_getinfo, which are variadic. The parentheses keep
// libcurl's type checks away: they are macros that need the option as a constant.
static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

// The text is copied.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

// What the pointer names has to live until the option is set again.
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode ccurl_on_content(CURL *handle, size_t (*take)(char *, size_t, size_t, void *),
                                        void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, take);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_WRITEDATA, context);
}

// Called often, and once a second while nothing happens; a result other than 0 ends the transfer.
static inline CURLcode ccurl_on_progress(CURL *handle,
                                         int (*look)(void *, curl_off_t, curl_off_t, curl_off_t,
                                                     curl_off_t),
                                         void *context) {
    CURLcode code = (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, look);
    if (code == CURLE_OK) code = (curl_easy_setopt)(handle, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : (curl_easy_setopt)(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode ccurl_allow_only_http(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline CURLcode ccurl_get_number(CURL *handle, CURLINFO information, long *value) {
    return (curl_easy_getinfo)(handle, information, value);
}

static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO information, curl_off_t *value) {
    return (curl_easy_getinfo)(handle, information, value);
}

// CURLVERSION_NOW is a macro for a constant of an enumeration, which Swift leaves out.
static inline const char *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }
