/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of <curl/curl.h>, as a Mac has it. */
#ifndef SDK_CURL_H
#define SDK_CURL_H
#include <stdint.h>
#define LIBCURL_VERSION_NUM 0x075500
#define CURL_ERROR_SIZE 256
typedef void CURL;
typedef int64_t curl_off_t;
struct curl_slist;
typedef enum {
  CURLE_OK = 0,
  CURLE_FAILED_INIT = 2,
  CURLE_PARTIAL_FILE = 18,
  CURLE_OPERATION_TIMEDOUT = 28,
  CURLE_GOT_NOTHING = 52,
  CURLE_RECV_ERROR = 56,
  CURLE_HTTP2_STREAM = 92,
} CURLcode;
typedef enum {
  CURLOPT_WRITEDATA = 10001,
  CURLOPT_URL = 10002,
  CURLOPT_RANGE = 10007,
  CURLOPT_ERRORBUFFER = 10010,
  CURLOPT_WRITEFUNCTION = 20011,
  CURLOPT_LOW_SPEED_LIMIT = 19,
  CURLOPT_LOW_SPEED_TIME = 20,
  CURLOPT_HTTPHEADER = 10023,
  CURLOPT_HEADERDATA = 10029,
  CURLOPT_NOPROGRESS = 43,
  CURLOPT_FAILONERROR = 45,
  CURLOPT_FOLLOWLOCATION = 52,
  CURLOPT_MAXREDIRS = 68,
  CURLOPT_CONNECTTIMEOUT = 78,
  CURLOPT_HEADERFUNCTION = 20079,
  CURLOPT_NOSIGNAL = 99,
  CURLOPT_XFERINFOFUNCTION = 20219,
  CURLOPT_PROTOCOLS_STR = 10318,
  CURLOPT_REDIR_PROTOCOLS_STR = 10319,
} CURLoption;
typedef enum {
  CURLINFO_RESPONSE_CODE = 0x200002,
  CURLINFO_CONTENT_LENGTH_DOWNLOAD_T = 0x60000f,
} CURLINFO;
void curl_easy_cleanup (CURL *curl);
CURLcode curl_easy_getinfo (CURL *curl, CURLINFO info, ...);
CURL *curl_easy_init (void);
CURLcode curl_easy_perform (CURL *curl);
CURLcode curl_easy_setopt (CURL *curl, CURLoption option, ...);
const char *curl_easy_strerror (CURLcode code);
struct curl_slist *curl_slist_append (struct curl_slist *list, const char *text);
void curl_slist_free_all (struct curl_slist *list);
#endif
