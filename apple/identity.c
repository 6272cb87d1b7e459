/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "identity.h"

#include <CommonCrypto/CommonDigest.h>
#include <stdio.h>
#include <string.h>

#define TRAILER 32

static uint64_t
big_endian (const uint8_t *bytes, size_t length)
{
  uint64_t value = 0;

  for (size_t i = 0; i < length; i++)
    value = value << 8 | bytes[i];
  return value;
}

typedef struct {
  const uint8_t *bytes;
  size_t length; /* without the trailer */
  uint8_t offset_size, reference_size;
  uint64_t count, top, table;
} Plist;

/* An object begins with a byte: its kind, and how long it is. NULL if it is not all there. */
static const uint8_t *
find_object (const Plist *plist, uint64_t number, size_t length)
{
  uint64_t entry, offset;

  if (number >= plist->count)
    return NULL;
  entry = plist->table + number * plist->offset_size;
  offset = big_endian (plist->bytes + entry, plist->offset_size);
  return offset < plist->length && length <= plist->length - offset ? plist->bytes + offset : NULL;
}

static bool
open_plist (Plist *plist, const uint8_t *bytes, size_t length)
{
  const uint8_t *trailer;

  if (length < 8 + TRAILER || memcmp (bytes, "bplist00", 8) != 0)
    return false;
  trailer = bytes + length - TRAILER;
  *plist = (Plist){
    .bytes = bytes,
    .length = length - TRAILER,
    .offset_size = trailer[6],
    .reference_size = trailer[7],
    .count = big_endian (trailer + 8, 8),
    .top = big_endian (trailer + 16, 8),
    .table = big_endian (trailer + 24, 8),
  };
  return plist->offset_size >= 1 && plist->offset_size <= 8 && plist->reference_size >= 1 &&
         plist->reference_size <= 8 && plist->table <= plist->length &&
         plist->count <= (plist->length - plist->table) / plist->offset_size;
}

/* One of 1, 2, 4, 8 or 16 bytes; of 16, as Apple writes numbers from 2^63 on, the lower eight. */
static bool
read_integer (const Plist *plist, uint64_t number, uint64_t *value)
{
  const uint8_t *object = find_object (plist, number, 1);
  size_t length;

  if (object == NULL || object[0] < 0x10 || object[0] > 0x14)
    return false;
  length = (size_t) 1 << (object[0] & 0x0f);
  if (find_object (plist, number, 1 + length) == NULL)
    return false;
  if (length == 16 && big_endian (object + 1, 8) != 0)
    return false;
  *value = big_endian (object + 1 + (length == 16 ? 8 : 0), length == 16 ? 8 : length);
  return true;
}

bool
identity_read_ecid (const uint8_t *bytes, size_t length, uint64_t *ecid)
{
  static const uint8_t key[] = { 0x54, 'E', 'C', 'I', 'D' };
  const uint8_t *dictionary;
  size_t pairs, size;
  Plist plist;

  if (!open_plist (&plist, bytes, length))
    return false;
  dictionary = find_object (&plist, plist.top, 1);
  if (dictionary == NULL || dictionary[0] < 0xd1 || dictionary[0] > 0xde)
    return false;
  pairs = dictionary[0] & 0x0f;
  size = plist.reference_size;
  if (find_object (&plist, plist.top, 1 + 2 * pairs * size) == NULL)
    return false;
  for (size_t i = 0; i < pairs; i++)
    {
      const uint8_t *reference = dictionary + 1 + i * size;
      const uint8_t *name = find_object (&plist, big_endian (reference, size), sizeof key);

      if (name != NULL && memcmp (name, key, sizeof key) == 0)
        return read_integer (&plist, big_endian (reference + pairs * size, size), ecid);
    }
  return false;
}

bool
identity_mac_address (NSData *machine_identifier, char text[18], Failure *failure)
{
  static const char purpose[] = "vz mac-address:";
  uint8_t message[sizeof purpose - 1 + 8];
  uint8_t digest[CC_SHA256_DIGEST_LENGTH];
  uint64_t ecid;

  if (!identity_read_ecid (NSData_bytes (machine_identifier), NSData_length (machine_identifier),
                           &ecid))
    return fail (failure, EXIT_INVALID, "the machine identifier has no ECID");
  memcpy (message, purpose, sizeof purpose - 1);
  for (int i = 0; i < 8; i++)
    message[sizeof purpose - 1 + i] = (uint8_t) (ecid >> (56 - 8 * i));
  CC_SHA256 (message, sizeof message, digest);
  digest[0] = (uint8_t) ((digest[0] & 0xfe) | 0x02);
  snprintf (text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", digest[0], digest[1], digest[2], digest[3],
            digest[4], digest[5]);
  return true;
}
