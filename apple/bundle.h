/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The directory that holds a machine, with the file names of Apple's sample.
 *
 * While a machine is being installed its directory has another name, `.VM.bundle.partial`, and is
 * locked; it gets its own name when everything in it is whole. So whatever happens to the program,
 * a directory `VM.bundle` is always an installed machine. */

#ifndef APPLE_BUNDLE_H
#define APPLE_BUNDLE_H

#include <stddef.h>

#include "failure.h"

#define PATH_SIZE 1024

typedef struct {
  char path[PATH_SIZE]; /* its own name */
  char directory[PATH_SIZE]; /* where its files are now */
  char disk_image[PATH_SIZE];
  char auxiliary_storage[PATH_SIZE];
  char hardware_model[PATH_SIZE];
  char machine_identifier[PATH_SIZE];
  char configuration[PATH_SIZE];
  char restore_image[PATH_SIZE];
  char download_note[PATH_SIZE]; /* what is known of a restore image that is not all there */
  char save_file[PATH_SIZE];
  int lock; /* descriptor of the directory while the machine is installed, else -1 */
} Bundle;

/* ~/VM.bundle */
bool bundle_default_path (char path[PATH_SIZE], Failure *failure);

/* Begins a new one. Refused if it is there, or being made. What an earlier attempt left is removed,
 * but for the part of a restore image that it downloaded. */
bool bundle_create (Bundle *bundle, const char *path, Failure *failure);
/* Gives the new bundle its name. */
bool bundle_commit (Bundle *bundle, Failure *failure);
/* Removes what was made of it, also the downloaded restore image unless @keep_download. */
void bundle_discard (Bundle *bundle, bool keep_download);

/* One that is installed. */
bool bundle_open (Bundle *bundle, const char *path, Failure *failure);

bool file_write (const char *path, const void *content, size_t length, Failure *failure);
/* A new sparse file. */
bool file_create_disk (const char *path, uint64_t size, Failure *failure);
/* NULL if it cannot be read. */
NSData *file_read (const char *path, Failure *failure);
bool file_exists (const char *path);

#endif
