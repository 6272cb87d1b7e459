/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-member-sums.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <string.h>
#include <zlib.h>

/* How this works
 *
 * Components that share a file need different digests of it: KernelCache that of the file as is,
 * RestoreKernelCache that of the file with another type. Equal digests (of the same length and
 * type) are computed once; the type of the file is only known once its first bytes have been read,
 * so that is when wanted digests are matched with computations.
 *
 * libdeflate computes the checksum in a tenth of the time of zlib, whose checksum would be most of
 * the work next to SHA-256. Zeros need not be read for it: the checksum is linear, and zlib
 * combines the checksums of two pieces. */

#define ZEROS 65536

typedef struct {
  gsize digest_size;
  char type[VZ_IMAGE4_TYPE_SIZE + 1]; /* "": as it is */
  guint state; /* number of the state that computes it */
} Want;

typedef struct {
  EVP_MD_CTX *context; /* owned, kept for the next member */
  gsize digest_size;
  char type[VZ_IMAGE4_TYPE_SIZE + 1]; /* "": as it is */
  guint8 digest[VZ_DIGEST_SIZE_MAX];
} State;

struct _VzMemberSums {
  GArray *wants; /* of Want */
  GArray *states; /* of State; the first n_states are in use */
  guint n_states;
  VzImage4Kind kind;
  VzImage4 image; /* if sound */
  guint64 begin; /* start of the range that the digests cover, */
  guint64 end; /* and its end */
  guint64 position; /* in the member */
  guint32 crc;
};

static const guint8 zeros[ZEROS];

static const EVP_MD *
find_method (gsize digest_size)
{
  switch (digest_size)
    {
    case 20:
      return EVP_sha1 ();
    case 32:
      return EVP_sha256 ();
    case 48:
      return EVP_sha384 ();
    default:
      return NULL;
    }
}

const char *
vz_digest_name (gsize digest_size)
{
  switch (digest_size)
    {
    case 20:
      return "SHA-1";
    case 32:
      return "SHA-256";
    case 48:
      return "SHA-384";
    default:
      return NULL;
    }
}

static void
clear_state (gpointer data)
{
  EVP_MD_CTX_free (((State *) data)->context);
}

VzMemberSums *
vz_member_sums_new (void)
{
  VzMemberSums *self = g_new0 (VzMemberSums, 1);

  self->wants = g_array_new (FALSE, TRUE, sizeof (Want));
  self->states = g_array_new (FALSE, TRUE, sizeof (State));
  g_array_set_clear_func (self->states, clear_state);
  return self;
}

void
vz_member_sums_free (VzMemberSums *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->wants);
  g_array_unref (self->states);
  g_free (self);
}

void
vz_member_sums_reset (VzMemberSums *self)
{
  g_array_set_size (self->wants, 0);
  self->n_states = 0;
  self->crc = 0;
  self->position = 0;
}

guint
vz_member_sums_want (VzMemberSums *self, gsize digest_size, const char *type)
{
  Want want = { .digest_size = digest_size };

  g_return_val_if_fail (find_method (digest_size) != NULL, 0);
  if (type != NULL)
    g_strlcpy (want.type, type, sizeof want.type);
  g_array_append_val (self->wants, want);
  return self->wants->len - 1;
}

static State *
add_state (VzMemberSums *self, gsize digest_size, const char *type)
{
  State *state;

  if (self->n_states == self->states->len)
    g_array_set_size (self->states, self->n_states + 1);
  state = &g_array_index (self->states, State, self->n_states++);
  if (state->context == NULL)
    state->context = EVP_MD_CTX_new ();
  state->digest_size = digest_size;
  g_strlcpy (state->type, type, sizeof state->type);
  /* OpenSSL can only report a lack of memory here, and GLib aborts on that as well. */
  if (EVP_DigestInit_ex (state->context, find_method (digest_size), NULL) != 1)
    g_error ("%s is not available", vz_digest_name (digest_size));
  return state;
}

static guint
find_state (VzMemberSums *self, gsize digest_size, const char *type)
{
  for (guint i = 0; i < self->n_states; i++)
    {
      const State *state = &g_array_index (self->states, State, i);

      if (state->digest_size == digest_size && g_str_equal (state->type, type))
        return i;
    }
  add_state (self, digest_size, type);
  return self->n_states - 1;
}

void
vz_member_sums_begin (VzMemberSums *self, const guint8 *head, gsize head_size, guint64 size)
{
  gboolean sound;

  self->kind = vz_image4_parse (head, head_size, size, &self->image);
  sound = self->kind == VZ_IMAGE4_SOUND;
  self->begin = sound ? self->image.offset : 0;
  self->end = sound ? self->image.offset + self->image.size : size;
  for (guint i = 0; i < self->wants->len; i++)
    {
      Want *want = &g_array_index (self->wants, Want, i);
      gboolean as_it_is = !sound || g_str_equal (want->type, self->image.type);

      want->state = find_state (self, want->digest_size, as_it_is ? "" : want->type);
    }
}

void
vz_member_sums_drop_digests (VzMemberSums *self)
{
  self->n_states = 0;
}

static void
feed (State *state, const guint8 *data, guint64 size)
{
  guint64 step = data != NULL ? size : ZEROS;

  for (guint64 done = 0; done < size; done += step)
    (void) EVP_DigestUpdate (state->context, data != NULL ? data : zeros, MIN (step, size - done));
}

/* The same as feed(), but for bytes that contain (part of) the type. */
static void
feed_with_type (State *state, const guint8 *data, guint64 size, guint64 type_position)
{
  if (type_position > 0)
    feed (state, data, type_position);
  feed (state, (const guint8 *) state->type, VZ_IMAGE4_TYPE_SIZE);
  feed (state, data + type_position + VZ_IMAGE4_TYPE_SIZE,
        size - type_position - VZ_IMAGE4_TYPE_SIZE);
}

static void
update_digests (VzMemberSums *self, const guint8 *data, guint64 size)
{
  guint64 begin = MAX (self->position, self->begin);
  guint64 end = MIN (self->position + size, self->end);

  if (begin >= end)
    return;
  if (data != NULL)
    data += begin - self->position;
  for (guint i = 0; i < self->n_states; i++)
    {
      State *state = &g_array_index (self->states, State, i);

      /* The type is in the head, which is all or part of the first piece. */
      if (state->type[0] != '\0' && self->position == 0)
        feed_with_type (state, data, end - begin, self->image.type_offset - begin);
      else
        feed (state, data, end - begin);
    }
}

static guint32
crc_of_zeros (guint64 count)
{
  uLong crc = 0, power = crc32 (0, zeros, 1);

  for (guint64 bit = 1; count != 0; bit <<= 1)
    {
      if (count & bit)
        crc = crc32_combine (crc, power, (z_off_t) bit);
      count &= ~bit;
      power = crc32_combine (power, power, (z_off_t) bit);
    }
  return (guint32) crc;
}

void
vz_member_sums_update (VzMemberSums *self, const guint8 *data, guint64 size)
{
  if (size == 0)
    return;
  if (data != NULL)
    self->crc = libdeflate_crc32 (self->crc, data, size);
  else
    self->crc = (guint32) crc32_combine (self->crc, crc_of_zeros (size), (z_off_t) size);
  update_digests (self, data, size);
  self->position += size;
}

void
vz_member_sums_finish (VzMemberSums *self)
{
  for (guint i = 0; i < self->n_states; i++)
    {
      State *state = &g_array_index (self->states, State, i);

      (void) EVP_DigestFinal_ex (state->context, state->digest, NULL);
    }
}

VzImage4Kind
vz_member_sums_get_kind (VzMemberSums *self)
{
  return self->kind;
}

guint32
vz_member_sums_get_crc (VzMemberSums *self)
{
  return self->crc;
}

const guint8 *
vz_member_sums_get_digest (VzMemberSums *self, guint number)
{
  const Want *want = &g_array_index (self->wants, Want, number);

  return g_array_index (self->states, State, want->state).digest;
}
