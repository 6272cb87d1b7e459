/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Downloads one large file. */

#ifndef APPLE_DOWNLOAD_H
#define APPLE_DOWNLOAD_H

#include "failure.h"

/* Brings what is at @url, an http or https address, to @path. Ends when the file has the length
 * that the server told. Goes on where an earlier attempt ended if the file on the server is still
 * the same;
 * @note is a small file that remembers which one it was. Prints its progress. Interrupted, or after
 * several failures in a row, what came stays for the next attempt. */
bool download (const char *url, const char *path, const char *note, Failure *failure);

#endif
