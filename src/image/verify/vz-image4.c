/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-image4.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <string.h>

/* How this works
 *
 * A payload is SEQUENCE { IA5String "IM4P", IA5String type, ... }, a complete image SEQUENCE {
 * IA5String "IMG4", payload, ... }, both in DER. Payloads have hundreds of megabytes, but only the
 * headers matter here, and they are in the first few bytes. OpenSSL's header parser gets these
 * bytes and the length of the file, so that it can check lengths beyond them. It reads up to 133
 * bytes for one header, hence the room after the head. */

#define HEADER_MAX 192

typedef struct {
  guint8 data[VZ_IMAGE4_HEAD_SIZE + HEADER_MAX];
  gsize size; /* bytes of data that come from the file */
  guint64 position; /* of the next header */
} Head;

/* Steps into the next element, which must have the tag and end before @limit. */
static gboolean
enter (Head *self, int tag, guint64 limit, guint64 *ret_size)
{
  const unsigned char *p = self->data + self->position;
  long length, room;
  int found_tag, found_class, result;

  if (self->position >= self->size || self->position >= limit)
    return FALSE;
  room = (long) MIN (limit - self->position, (guint64) G_MAXLONG);
  result = ASN1_get_object (&p, &length, &found_tag, &found_class, room);
  ERR_clear_error ();
  /* Bit 7 signals an error, bit 0 an indefinite length, which DER does not have. */
  if ((result & 0x81) != 0 || found_tag != tag || found_class != V_ASN1_UNIVERSAL ||
      (gsize) (p - self->data) > self->size)
    return FALSE;
  self->position = (guint64) (p - self->data);
  *ret_size = (guint64) length;
  return TRUE;
}

/* Reads a string of four letters. */
static gboolean
read_letters (Head *self, guint64 limit, char letters[VZ_IMAGE4_TYPE_SIZE + 1])
{
  guint64 size;

  if (!enter (self, V_ASN1_IA5STRING, limit, &size) || size != VZ_IMAGE4_TYPE_SIZE ||
      self->position + size > self->size)
    return FALSE;
  for (guint i = 0; i < VZ_IMAGE4_TYPE_SIZE; i++)
    if (!g_ascii_isprint (self->data[self->position + i]))
      return FALSE;
  memcpy (letters, self->data + self->position, VZ_IMAGE4_TYPE_SIZE);
  letters[VZ_IMAGE4_TYPE_SIZE] = '\0';
  self->position += size;
  return TRUE;
}

/* A SEQUENCE that begins with four letters. */
static gboolean
enter_named (Head *self, guint64 limit, guint64 *ret_end, char name[VZ_IMAGE4_TYPE_SIZE + 1])
{
  guint64 size;

  if (!enter (self, V_ASN1_SEQUENCE, limit, &size))
    return FALSE;
  *ret_end = self->position + size;
  return read_letters (self, *ret_end, name);
}

/* Whether it was meant to be one, however damaged. */
static gboolean
looks_like_one (const guint8 *head, gsize size)
{
  return head != NULL && size > 0 && head[0] == 0x30 &&
         (memmem (head, MIN (size, 20), "\x16\x04IM4P", 6) != NULL ||
          memmem (head, MIN (size, 20), "\x16\x04IMG4", 6) != NULL);
}

VzImage4Kind
vz_image4_parse (const guint8 *head, gsize head_size, guint64 file_size, VzImage4 *ret_image)
{
  Head self = { .size = MIN (head_size, VZ_IMAGE4_HEAD_SIZE) };
  VzImage4 image = { .offset = 0 };
  char name[VZ_IMAGE4_TYPE_SIZE + 1];
  guint64 end;

  if (!looks_like_one (head, head_size))
    return VZ_IMAGE4_NONE;
  memcpy (self.data, head, self.size);
  if (!enter_named (&self, file_size, &end, name))
    return VZ_IMAGE4_DAMAGED;
  if (g_str_equal (name, "IMG4"))
    {
      image.offset = self.position;
      if (!enter_named (&self, end, &end, name))
        return VZ_IMAGE4_DAMAGED;
    }
  image.size = end - image.offset;
  if (!g_str_equal (name, "IM4P") || !read_letters (&self, end, image.type))
    return VZ_IMAGE4_DAMAGED;
  image.type_offset = self.position - VZ_IMAGE4_TYPE_SIZE;
  *ret_image = image;
  return VZ_IMAGE4_SOUND;
}

const char *
vz_image4_type_for_component (const char *name)
{
  static const struct {
    const char *name, *type;
  } rows[] = {
    { "AppleLogo", "logo" },
    { "Ap,SystemVolumeCanonicalMetadata", "msys" },
    { "Ap,rOSLogo1", "rlg1" },
    { "Ap,rOSLogo2", "rlg2" },
    { "DeviceTree", "dtre" },
    { "KernelCache", "krnl" },
    { "LLB", "illb" },
    { "RecoveryMode", "recm" },
    { "RestoreDeviceTree", "rdtr" },
    { "RestoreKernelCache", "rkrn" },
    { "RestoreLogo", "rlgo" },
    { "RestoreRamDisk", "rdsk" },
    { "RestoreSEP", "rsep" },
    { "RestoreTrustCache", "rtsc" },
    { "SEP", "sepi" },
    { "StaticTrustCache", "trst" },
    { "SystemVolume", "isys" },
    { "iBEC", "ibec" },
    { "iBSS", "ibss" },
    { "iBoot", "ibot" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].name, name))
      return rows[i].type;
  return NULL;
}
