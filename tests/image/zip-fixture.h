/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A sound zip file in memory, and where its records are, so that a test can spoil one of them. */
#define ZIP_MEMBERS 3
typedef struct {
  GByteArray *bytes;
  gsize local[ZIP_MEMBERS]; /* local headers */
  gsize central[ZIP_MEMBERS]; /* headers in the directory */
  gsize directory_size;
  gsize end64; /* zip64 end record, 56 bytes; 0: there is none */
  gsize locator; /* of it, 20 bytes */
  gsize end; /* end record */
} ZipFixture;

/* "a.txt" (stored, 100 bytes), "folder/b.txt" (deflated, 100,000 bytes of 'b'), "c" (stored, 20
 * bytes). */
ZipFixture *zip_fixture_new (gboolean zip64);
void zip_fixture_free (ZipFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZipFixture, zip_fixture_free)

/* Little-endian. */
guint64 zip_fixture_get (ZipFixture *self, gsize at, guint bytes);
void zip_fixture_put (ZipFixture *self, gsize at, guint64 value, guint bytes);

/* Writes it to a temporary file, whose path the caller frees after unlinking. */
char *zip_fixture_save (ZipFixture *self);
