/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-verify-judge.h"

#include "foundation/vz-hex.h"
#include "image/manifest/vz-chunk.h"

#include <string.h>

/* How this works
 *
 * A matching digest proves the bytes that it was computed over, whatever they were. A mismatch
 * proves damage only if we know what the digest should cover: our chunks, and Image4 files. Disk
 * images and firmware of other kinds have digests too, mostly of the whole file, but for them a
 * mismatch may just as well mean that we hashed the wrong bytes. */

/* ---- what is wanted ---- */

/* NULL: the file's own. */
static const char *
wanted_type (const VzVerifyClaim *claim, const VzVerifyGroup *group)
{
  if (claim->chunk >= 0)
    return NULL;
  return group->component->payload_type != NULL
           ? group->component->payload_type
           : vz_image4_type_for_component (group->component->name);
}

VzVerifyWant
vz_verify_judge_want (const VzVerifyClaim *claim, const VzVerifyGroup *group, VzMemberSums *sums)
{
  const char *type = wanted_type (claim, group);
  VzVerifyWant want = { 0, 0 };

  if (claim->expected == NULL)
    return want;
  want.first = want.second = vz_member_sums_want (sums, claim->expected_size, type);
  /* The type that belongs to the component's name is not from the manifest. */
  if (type != NULL && group->component->payload_type == NULL)
    want.second = vz_member_sums_want (sums, claim->expected_size, NULL);
  return want;
}

/* ---- findings ---- */

static VzFinding *
new_finding (VzFindingState state, const char *path)
{
  VzFinding *finding = g_atomic_rc_box_new0 (VzFinding);

  finding->state = state;
  finding->path = g_strdup (path);
  finding->chunk = -1;
  return finding;
}

static VzFinding *
new_component_finding (VzFindingState state, const VzVerifyGroup *group, gint64 chunk)
{
  VzFinding *finding = new_finding (state, group->component->path);
  GPtrArray *boards = group->device_classes;

  finding->component = g_strdup (group->component->name);
  finding->device_classes = g_new0 (char *, boards->len + 1);
  for (guint i = 0; i < boards->len; i++)
    finding->device_classes[i] = g_strdup (g_ptr_array_index (boards, i));
  finding->chunk = chunk;
  if (chunk >= 0)
    {
      g_free (finding->path);
      finding->path = vz_chunk_dup_member_name (group->component->path, (guint32) chunk);
    }
  return finding;
}

static void
set_digests (VzFinding *finding, const guint8 *expected, const guint8 *found, gsize size)
{
  finding->expected = vz_hex_encode (expected, size);
  if (found != NULL)
    finding->found = vz_hex_encode (found, size);
}

/* ---- judging ---- */

char *
vz_verify_judge_checksum (const VzImageMember *member, VzMemberSums *sums)
{
  guint32 found = vz_member_sums_get_crc (sums);

  if (found == member->checksum)
    return NULL;
  return g_strdup_printf ("CRC-32 %08x found, %08x expected", found, member->checksum);
}

VzFinding *
vz_verify_judge_member (const VzImageMember *member, VzMemberSums *sums, const char *trouble)
{
  VzFinding *finding = new_finding (VZ_FINDING_BAD, member->name);

  finding->message = g_strdup (trouble);
  if (sums != NULL)
    {
      finding->expected = g_strdup_printf ("%08x", member->checksum);
      finding->found = g_strdup_printf ("%08x", vz_member_sums_get_crc (sums));
    }
  return finding;
}

static VzFinding *
judge_without_digest (const VzVerifyClaim *claim, const VzVerifyGroup *group, const char *trouble)
{
  VzFinding *finding =
    new_component_finding (trouble != NULL ? VZ_FINDING_BAD : VZ_FINDING_NOT_VERIFIED, group,
                           claim->chunk);

  if (trouble != NULL)
    finding->message = g_strdup (trouble);
  else if (group->digest == NULL)
    finding->message = g_strdup ("the manifest has no digest for it");
  else
    {
      finding->expected = g_strdup (group->component->digest);
      finding->message = g_strdup_printf ("its digest of %" G_GSIZE_FORMAT
                                          " bytes is of an unknown kind",
                                          g_bytes_get_size (group->digest));
    }
  return finding;
}

gboolean
vz_verify_judge_knows_coverage (const VzVerifyClaim *claim, const VzVerifyGroup *group,
                                VzMemberSums *sums)
{
  return claim->chunk >= 0 || vz_member_sums_get_kind (sums) != VZ_IMAGE4_NONE ||
         group->component->payload_type != NULL ||
         g_str_has_suffix (group->component->path, ".im4p");
}

static char *
explain_mismatch (const VzVerifyClaim *claim, const VzFinding *finding, VzMemberSums *sums)
{
  const char *name = vz_digest_name (claim->expected_size);
  VzImage4Kind kind = vz_member_sums_get_kind (sums);
  const char *note = "";

  if (finding->state == VZ_FINDING_NOT_VERIFIED)
    return g_strdup_printf (
      "it is unknown which bytes its digest covers: the whole file has %s %s, the manifest %s",
      name, finding->found, finding->expected);
  if (claim->chunk < 0 && kind != VZ_IMAGE4_SOUND)
    note = kind == VZ_IMAGE4_DAMAGED ? ", and the Image4 file's header is damaged"
                                     : ", and it is not an Image4 file";
  return g_strdup_printf ("%s %s found, %s expected%s", name, finding->found, finding->expected,
                          note);
}

VzFinding *
vz_verify_judge_claim (const VzVerifyClaim *claim, const VzVerifyGroup *group,
                       const VzVerifyWant *want, VzMemberSums *sums, const char *trouble)
{
  const guint8 *first, *second;
  VzFinding *finding;
  gboolean good, known;

  if (claim->expected == NULL || sums == NULL)
    return judge_without_digest (claim, group, trouble);
  first = vz_member_sums_get_digest (sums, want->first);
  second = vz_member_sums_get_digest (sums, want->second);
  good = memcmp (first, claim->expected, claim->expected_size) == 0 ||
         memcmp (second, claim->expected, claim->expected_size) == 0;
  known = vz_verify_judge_knows_coverage (claim, group, sums);
  if (!good && !known && trouble != NULL) /* the zip file's checksum tells more than the digest */
    return judge_without_digest (claim, group, trouble);
  finding = new_component_finding (good    ? VZ_FINDING_GOOD
                                   : known ? VZ_FINDING_BAD
                                           : VZ_FINDING_NOT_VERIFIED,
                                   group, claim->chunk);
  set_digests (finding, claim->expected, good ? claim->expected : first, claim->expected_size);
  if (!good)
    finding->message = explain_mismatch (claim, finding, sums);
  return finding;
}

VzFinding *
vz_verify_judge_absent (const VzVerifyClaim *claim, const VzVerifyGroup *group)
{
  gboolean named = group->component->path != NULL;
  VzFinding *finding = new_component_finding (named ? VZ_FINDING_MISSING : VZ_FINDING_NOT_VERIFIED,
                                              group, claim->chunk);

  if (claim->expected != NULL)
    set_digests (finding, claim->expected, NULL, claim->expected_size);
  finding->message =
    g_strdup (named ? "the image does not contain it" : "the manifest names no file for it");
  return finding;
}

VzFinding *
vz_verify_judge_group (const VzVerifyGroup *group)
{
  VzFinding *finding = new_component_finding (VZ_FINDING_GOOD, group, -1);

  finding->expected = g_strdup (group->component->digest);
  finding->found = g_strdup (group->component->digest);
  return finding;
}
