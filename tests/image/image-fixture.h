/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-fail.h"
#include "image/chunks/vz-restore-image-writer.h"

/* A private folder with two small raw images: "esp.raw" of 1 MiB, and "root.raw" of 17 MiB, whose
 * five chunks are: data, hole, zeros that take space, data with a hole inside, 1 MiB of data. */
typedef struct {
  char *folder;
  int esp_fd;
  int raw_fd;
  GPtrArray *strings; /* what was lent out */
} Fixture;

#define FIXTURE_ESP_SIZE (1024 * 1024)
#define FIXTURE_ROOT_SIZE (17 * 1024 * 1024)

Fixture *fixture_new (void);
void fixture_free (Fixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

char *fixture_path (Fixture *self, const char *name);
VzRestoreImageDescription fixture_description (void);

/* A writer with description and both components. */
VzRestoreImageWriter *fixture_writer (Fixture *self, const char *path);

/* Writes the image; its path is lent. */
const char *fixture_write (Fixture *self, const char *name);

/* Runs a shell command in the folder; it must succeed. */
void fixture_run (Fixture *self, const char *command, char **ret_output);
