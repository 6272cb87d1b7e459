/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../disk/vz-unpack-status.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How this works
 *
 *   vz-unpack IN OUT LIMIT [head]
 *   vz-unpack IN OUT LIMIT member NAME
 *
 * Unpacks descriptor IN to descriptor OUT, an empty file: the contents of an xz, gzip or zstd file,
 * or the largest member of a zip or tar archive. Blocks of zeros stay holes. It runs in vz-sandbox,
 * since it reads untrusted data. It reports how many bytes of IN it has read, one line each time,
 * and finally "size BYTES" and, for a member, "name NAME".
 *
 * More than LIMIT bytes are an error, so that a small file cannot become a huge one; with the word
 * `head`, the rest is left out. With the word `member`, IN is a CD image (ISO 9660), and the file
 * NAME on it is written. */

#define PIECE 65536
#define TELL (4 << 20)

typedef struct {
  int in;
  int out;
  uint64_t limit;
  bool head;
  uint64_t size;
  uint64_t told;
} Unpack;

static int
fail (int status, const char *text)
{
  fprintf (stderr, "%s\n", text);
  return status;
}

static bool
is_zero (const char *data, size_t size)
{
  return size == 0 || (data[0] == 0 && memcmp (data, data + 1, size - 1) == 0);
}

static bool
write_piece (Unpack *self, const char *data, size_t size)
{
  size_t done = 0;

  if (is_zero (data, size))
    {
      self->size += size;
      return true;
    }
  while (done < size)
    {
      ssize_t n = pwrite (self->out, data + done, size - done, (off_t) (self->size + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      done += (size_t) n;
    }
  self->size += size;
  return true;
}

static void
tell (Unpack *self, struct archive *archive)
{
  uint64_t read = (uint64_t) archive_filter_bytes (archive, -1);

  if (read < self->told + TELL)
    return;
  self->told = read;
  printf ("%llu\n", (unsigned long long) read);
  fflush (stdout);
}

/* Writes @size bytes, one file system block at a time so that holes stay holes. */
static int
write_data (Unpack *self, const char *data, size_t size)
{
  while (size > 0)
    {
      size_t n = PIECE - (size_t) (self->size % PIECE);

      if (n > size)
        n = size;
      if (self->size + n > self->limit)
        {
          if (!self->head)
            return fail (VZ_UNPACK_TOO_LARGE, "larger than allowed");
          n = (size_t) (self->limit - self->size);
        }
      if (!write_piece (self, data, n))
        return fail (VZ_UNPACK_CANNOT_WRITE, strerror (errno));
      if (self->size == self->limit && self->head)
        return 0;
      data += n;
      size -= n;
    }
  return 0;
}

static int
write_member (Unpack *self, struct archive *archive)
{
  const void *data;
  size_t size;
  int64_t offset;
  int status, done = 0;

  while ((status = archive_read_data_block (archive, &data, &size, &offset)) == ARCHIVE_OK)
    {
      if (offset < 0 || (uint64_t) offset < self->size)
        return fail (VZ_UNPACK_DAMAGED, "pieces in a wrong order");
      if ((uint64_t) offset > self->limit && !self->head)
        return fail (VZ_UNPACK_TOO_LARGE, "larger than allowed");
      self->size = (uint64_t) offset < self->limit ? (uint64_t) offset : self->limit;
      if (self->size < self->limit || !self->head)
        done = write_data (self, data, size);
      if (done != 0 || (self->head && self->size == self->limit))
        break;
      tell (self, archive);
    }
  if (done == 0 && status != ARCHIVE_EOF && status != ARCHIVE_OK)
    return fail (VZ_UNPACK_DAMAGED, archive_error_string (archive) != NULL
                                      ? archive_error_string (archive)
                                      : "damaged");
  if (done == 0 && ftruncate (self->out, (off_t) self->size) != 0)
    return fail (VZ_UNPACK_CANNOT_WRITE, strerror (errno));
  return done;
}

static struct archive *
open_archive (int fd)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_filter_xz (archive);
  archive_read_support_filter_gzip (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_format_tar (archive);
  archive_read_support_format_raw (archive);
  if (lseek (fd, 0, SEEK_SET) != 0 || archive_read_open_fd (archive, fd, PIECE) != ARCHIVE_OK)
    {
      archive_read_free (archive);
      return NULL;
    }
  return archive;
}

/* Names are not used here, but such names are a sign of bad intent. */
static bool
is_bad_name (const char *name)
{
  if (name == NULL || *name == '/')
    return true;
  for (;;)
    {
      size_t length = strcspn (name, "/");

      if (length == 2 && memcmp (name, "..", 2) == 0)
        return true;
      if (name[length] == '\0')
        return false;
      name += length + 1;
    }
}

/* The number of the largest file; archives give sizes before the data. -1: none. */
static int
find_member (int fd, int *ret_status, char **ret_name)
{
  struct archive *archive = open_archive (fd);
  struct archive_entry *entry;
  int64_t largest = -1;
  int found = -1, status = ARCHIVE_FATAL;

  *ret_status = 0;
  for (int n = 0; archive != NULL; n++)
    {
      status = archive_read_next_header (archive, &entry);
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        break;
      if (archive_format (archive) == ARCHIVE_FORMAT_RAW)
        {
          found = n;
          status = ARCHIVE_EOF;
          break;
        }
      if (is_bad_name (archive_entry_pathname (entry)))
        {
          *ret_status = VZ_UNPACK_BAD_NAME;
          fprintf (stderr, "%s\n", archive_entry_pathname (entry));
          break;
        }
      if (archive_entry_filetype (entry) != AE_IFREG || archive_entry_size (entry) <= largest)
        continue;
      largest = archive_entry_size (entry);
      found = n;
      free (*ret_name);
      *ret_name = strdup (archive_entry_pathname (entry));
    }
  if (*ret_status == 0 && status != ARCHIVE_EOF)
    *ret_status = fail (VZ_UNPACK_DAMAGED, archive != NULL && archive_error_string (archive) != NULL
                                             ? archive_error_string (archive)
                                             : "damaged");
  if (archive != NULL)
    archive_read_free (archive);
  return found;
}

static int
unpack (Unpack *self)
{
  char *name = NULL;
  int status, member = find_member (self->in, &status, &name);
  struct archive *archive;
  struct archive_entry *entry;

  if (status != 0)
    return status;
  if (member < 0)
    return fail (VZ_UNPACK_EMPTY, "no file in it");
  archive = open_archive (self->in);
  for (int i = 0; archive != NULL && i <= member; i++)
    if (archive_read_next_header (archive, &entry) < ARCHIVE_WARN)
      return fail (VZ_UNPACK_DAMAGED, "damaged");
  status = archive != NULL ? write_member (self, archive) : VZ_UNPACK_DAMAGED;
  if (archive != NULL)
    archive_read_free (archive);
  if (status == 0)
    printf ("size %llu\n", (unsigned long long) self->size);
  if (status == 0 && name != NULL)
    printf ("name %s\n", name);
  free (name);
  return status;
}

static struct archive *
open_cd (int fd)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_format_iso9660 (archive);
  if (lseek (fd, 0, SEEK_SET) != 0 || archive_read_open_fd (archive, fd, PIECE) != ARCHIVE_OK)
    {
      archive_read_free (archive);
      return NULL;
    }
  return archive;
}

/* *@ret_link: the name under which the file's data come, where they have come before this name;
 * NULL: all is done. */
static int
write_file_of_cd (Unpack *self, const char *name, char **ret_link)
{
  struct archive *archive = open_cd (self->in);
  struct archive_entry *entry;
  int status = archive != NULL ? ARCHIVE_OK : ARCHIVE_FATAL, result = VZ_UNPACK_EMPTY;

  *ret_link = NULL;
  while (result == VZ_UNPACK_EMPTY && status >= ARCHIVE_WARN)
    {
      status = archive_read_next_header (archive, &entry);
      if (status == ARCHIVE_EOF || status < ARCHIVE_WARN)
        break;
      if (archive_entry_pathname (entry) == NULL ||
          strcmp (archive_entry_pathname (entry), name) != 0)
        continue;
      if (archive_entry_hardlink (entry) != NULL)
        *ret_link = strdup (archive_entry_hardlink (entry));
      else if (archive_entry_filetype (entry) != AE_IFREG)
        break;
      result = *ret_link != NULL ? 0 : write_member (self, archive);
    }
  if (result == VZ_UNPACK_EMPTY)
    result = status < ARCHIVE_WARN ? fail (VZ_UNPACK_DAMAGED, "damaged")
                                   : fail (VZ_UNPACK_EMPTY, "no such file");
  if (archive != NULL)
    archive_read_free (archive);
  return result;
}

static int
unpack_member (Unpack *self, const char *name)
{
  char *first = NULL, *again = NULL;
  int status = write_file_of_cd (self, name, &first);

  if (status == 0 && first != NULL)
    status = write_file_of_cd (self, first, &again);
  if (again != NULL)
    status = fail (VZ_UNPACK_DAMAGED, "a file that has no data");
  free (first);
  free (again);
  if (status == 0)
    printf ("size %llu\n", (unsigned long long) self->size);
  return status;
}

int
main (int argc, char **argv)
{
  Unpack self = { 0 };
  bool member = argc == 6 && strcmp (argv[4], "member") == 0;

  if (!member && (argc < 4 || argc > 5 || (argc == 5 && strcmp (argv[4], "head") != 0)))
    return fail (VZ_UNPACK_USAGE, "usage: vz-unpack IN OUT LIMIT [head | member NAME]");
  self.in = (int) strtol (argv[1], NULL, 10);
  self.out = (int) strtol (argv[2], NULL, 10);
  self.limit = strtoull (argv[3], NULL, 10);
  self.head = argc == 5;
  return member ? unpack_member (&self, argv[5]) : unpack (&self);
}
