/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-member-sums.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The head of an Image4 file decides which bytes are hashed and where a type is replaced. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VzMemberSums) sums = vz_member_sums_new ();
  VzImage4 image;
  guint number;

  if (vz_image4_parse (data, size, size, &image) == VZ_IMAGE4_SOUND)
    {
      g_assert_cmpuint (image.offset, <=, image.type_offset);
      g_assert_cmpuint (image.type_offset + VZ_IMAGE4_TYPE_SIZE, <=,
                        MIN (size, VZ_IMAGE4_HEAD_SIZE));
      g_assert_cmpuint (image.type_offset + VZ_IMAGE4_TYPE_SIZE, <=, image.offset + image.size);
      g_assert_cmpuint (image.size, <=, size - image.offset);
    }
  vz_member_sums_reset (sums);
  (void) vz_member_sums_want (sums, 48, NULL);
  number = vz_member_sums_want (sums, 32, "rkrn");
  vz_member_sums_begin (sums, data, size, size + 100);
  vz_member_sums_update (sums, data, size);
  vz_member_sums_update (sums, NULL, 100);
  vz_member_sums_finish (sums);
  g_assert_nonnull (vz_member_sums_get_digest (sums, number));
  return 0;
}
