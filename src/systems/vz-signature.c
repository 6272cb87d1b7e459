/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-signature.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/vz-sandbox.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "systems/vz-openpgp-armor.h"

/* How this works
 *
 * gpgv reads data from a server, so it runs in the sandbox for disk images, where it has only the
 * files passed as descriptors. Its status lines count, not its exit code: that reports success for
 * signatures by expired keys, and failure when one of two signatures is by an unknown key. Its
 * output for humans is discarded. */

#define STATUS_MAX (256 * 1024)
#define PREFIX "[GNUPG:] "
#define MAX_WORDS 16
#define EXIT_SANDBOX 125 /* of vz-sandbox: nothing was run */
/* Numbers of OpenPGP */
#define HASH_MD5 "1"
#define HASH_SHA1 "2"

/* A nameless file that contains @bytes. -1 with @error. */
static int
make_scratch (GBytes *bytes, GError **error)
{
  int fd VZ_AUTO_CLOSE = vz_sandbox_open_scratch (error);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; fd >= 0 && at < size;)
    {
      ssize_t n = pwrite (fd, data + at, size - at, (off_t) at);

      if (n <= 0)
        {
          vz_fail_errno (error, "cannot write a temporary file");
          return -1;
        }
      at += (gsize) n;
    }
  return fd >= 0 ? vz_file_steal_fd (&fd) : -1;
}

static char *
read_scratch (int fd)
{
  g_autofree char *text = g_malloc0 (STATUS_MAX + 1);
  ssize_t n = pread (fd, text, STATUS_MAX, 0);

  return n >= 0 ? g_steal_pointer (&text) : NULL;
}

/* What is known about the signature being reported, and about all. */
typedef struct {
  const char *const *signers;
  gboolean good; /* this one: by a key that is neither expired nor revoked */
  char *accepted; /* owned: the fingerprint of the first acceptable key */
  char *other; /* owned: that of a good signature by a key that is not expected */
  char *unknown; /* owned: the key of a signature that is not in the keyrings */
  char *useless; /* owned: the key of a signature that gpgv cannot check */
  guint n_texts;
  gboolean bad;
  const char *reason; /* why a correct signature does not count */
} Judge;

static void
judge_clear (Judge *self)
{
  g_free (self->accepted);
  g_free (self->other);
  g_free (self->unknown);
  g_free (self->useless);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judge, judge_clear)

static gboolean
is_meant (const Judge *self, const char *key)
{
  return self->signers == NULL || self->signers[0] == NULL || g_strv_contains (self->signers, key);
}

/* VALIDSIG KEY DATE ... PRIMARY-KEY: follows GOODSIG or its substitute. */
static void
take_valid (Judge *self, char **words, guint n)
{
  const char *key = words[1];
  const char *primary = n > 10 ? words[10] : key;

  if (!self->good)
    return;
  if (n > 8 && (g_str_equal (words[8], HASH_MD5) || g_str_equal (words[8], HASH_SHA1)))
    {
      self->reason = "its signature uses MD5 or SHA-1, which prove nothing";
      return;
    }
  if (!is_meant (self, key) && !is_meant (self, primary))
    {
      g_free (self->other);
      self->other = g_strdup (primary);
    }
  else if (self->accepted == NULL)
    self->accepted = g_strdup (primary);
}

static void
take_words (Judge *self, char **words, guint n)
{
  static const struct {
    const char *word;
    const char *reason;
  } weak[] = {
    { "EXPKEYSIG", "the key that signed it has expired" },
    { "EXPSIG", "the signature has expired" },
    { "REVKEYSIG", "the key that signed it has been revoked" },
  };

  if (g_str_equal (words[0], "NEWSIG"))
    self->good = FALSE;
  else if (g_str_equal (words[0], "GOODSIG"))
    self->good = TRUE;
  else if (g_str_equal (words[0], "BADSIG"))
    self->bad = TRUE;
  else if (g_str_equal (words[0], "PLAINTEXT"))
    self->n_texts++;
  else if (g_str_equal (words[0], "VALIDSIG") && n > 1)
    take_valid (self, words, n);
  else if (g_str_equal (words[0], "ERRSIG") && n > 1)
    {
      g_free (self->useless);
      self->useless = g_strdup (words[1]);
    }
  else if (g_str_equal (words[0], "NO_PUBKEY") && n > 1)
    {
      g_free (self->unknown);
      self->unknown = g_strdup (words[1]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    if (g_str_equal (words[0], weak[i].word))
      {
        self->good = FALSE;
        self->reason = weak[i].reason;
      }
}

static gboolean
fail_unaccepted (const Judge *self, GError **error)
{
  if (self->other != NULL)
    {
      g_autofree char *meant = g_strjoinv (" or ", (char **) self->signers);

      return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED, "it is signed by the key %s, must be %s",
                      self->other, meant);
    }
  if (self->reason != NULL)
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED, "%s", self->reason);
  if (self->unknown != NULL)
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                    "it is signed by the key %s, which is not a known key", self->unknown);
  if (self->useless != NULL)
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                    "it is signed by the key %s, which is not valid for that", self->useless);
  return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED, "it has no readable signature");
}

gboolean
vz_signature_judge (const char *status, gboolean is_detached, const char *const *signers,
                    char **ret_signer, GError **error)
{
  g_auto (Judge) judge = { .signers = signers };
  g_auto (GStrv) lines = g_strsplit (status, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      if (!g_str_has_prefix (lines[i], PREFIX))
        continue;
      words = g_strsplit (lines[i] + strlen (PREFIX), " ", MAX_WORDS);
      if (words[0] != NULL)
        take_words (&judge, words, g_strv_length (words));
    }
  if (judge.bad)
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                    "it is not what was signed: the signature does not match");
  /* A clear signature is valid only for the text that it contains. */
  if (judge.n_texts != (is_detached ? 0 : 1))
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                    is_detached ? "the signature is for something else"
                                : "it has no readable signature");
  if (judge.accepted == NULL)
    return fail_unaccepted (&judge, error);
  if (ret_signer != NULL)
    *ret_signer = g_steal_pointer (&judge.accepted);
  return TRUE;
}

typedef struct {
  int data;
  int signature; /* 0: none */
  int status;
  int keyrings[VZ_KEYRINGS_MAX];
  guint n_keyrings;
} Files;

static void
files_clear (Files *self)
{
  vz_file_close (&self->data);
  if (self->signature > 0)
    vz_file_close (&self->signature);
  vz_file_close (&self->status);
  for (guint i = 0; i < self->n_keyrings; i++)
    vz_file_close (&self->keyrings[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Files, files_clear)

static gboolean
make_files (const VzSignature *self, Files *files, GError **error)
{
  for (guint i = 0; i < MIN (self->keyrings->len, VZ_KEYRINGS_MAX); i++)
    {
      g_autoptr (GBytes) keys = vz_openpgp_dearmor_keys (self->keyrings->pdata[i], error);

      if (keys == NULL)
        return vz_fail_prefix (error, "keyring: ");
      files->keyrings[files->n_keyrings] = make_scratch (keys, error);
      if (files->keyrings[files->n_keyrings++] < 0)
        return FALSE;
    }
  files->status = vz_sandbox_open_scratch (error);
  files->data = files->status >= 0 ? make_scratch (self->data, error) : -1;
  if (files->data < 0 || self->signature == NULL)
    return files->data >= 0;
  files->signature = make_scratch (self->signature, error);
  return files->signature >= 0;
}

static void
add_file (GPtrArray *argv, int fd)
{
  g_ptr_array_add (argv, g_strdup_printf ("/proc/self/fd/%d", fd));
}

static GPtrArray *
make_command (const Files *files)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup ("gpgv"));
  g_ptr_array_add (argv, g_strdup ("--status-fd"));
  g_ptr_array_add (argv, g_strdup_printf ("%d", files->status));
  for (guint i = 0; i < files->n_keyrings; i++)
    {
      g_ptr_array_add (argv, g_strdup ("--keyring"));
      add_file (argv, files->keyrings[i]);
    }
  if (files->signature > 0)
    {
      g_ptr_array_add (argv, g_strdup ("--"));
      add_file (argv, files->signature);
    }
  else
    {
      g_ptr_array_add (argv, g_strdup ("--output"));
      g_ptr_array_add (argv, g_strdup ("-"));
      g_ptr_array_add (argv, g_strdup ("--"));
    }
  add_file (argv, files->data);
  g_ptr_array_add (argv, NULL);
  return argv;
}

GBytes *
vz_signature_check (const VzSignature *self, char **ret_signer, GCancellable *cancellable,
                    GError **error)
{
  g_auto (Files) files = { .data = -1, .status = -1 };
  g_autoptr (GPtrArray) argv = NULL;
  g_autofree char *text = NULL;
  g_autofree char *status = NULL;
  VzSandbox gpgv = { .package = "gpgv", .largest = STATUS_MAX, .drops_errors = TRUE };
  int wait_status;

  if (!make_files (self, &files, error))
    return NULL;
  argv = make_command (&files);
  gpgv.argv = (const char *const *) argv->pdata;
  gpgv.read_fd = files.data;
  gpgv.write_fd = files.status;
  for (guint i = 0; i < files.n_keyrings; i++)
    gpgv.more_read_fds[i] = files.keyrings[i];
  if (files.signature > 0)
    gpgv.more_read_fds[files.n_keyrings] = files.signature;
  if (!vz_sandbox_run (&gpgv, &wait_status, &text, cancellable, error))
    return NULL;
  if (!WIFEXITED (wait_status) || WEXITSTATUS (wait_status) == EXIT_SANDBOX)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "cannot run gpgv in its sandbox");
  status = read_scratch (files.status);
  if (status == NULL)
    return vz_fail_errno_null (error, "cannot read a temporary file");
  if (!vz_signature_judge (status, self->signature != NULL, self->signers, ret_signer, error))
    return NULL;
  return self->signature != NULL ? g_bytes_ref (self->data) : g_bytes_new (text, strlen (text));
}
