/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "bundle/vz-machine-claim.h"

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)

/* Of a machine that has no bundle. */
typedef struct {
  VzVirtualMachineConfiguration *configuration;
  VzMachineIdentifier *identifier;
} Fixture;

static void
setup (Fixture *self, gconstpointer data)
{
  self->configuration = vz_virtual_machine_configuration_new ();
  self->identifier = VZ_MACHINE_IDENTIFIER (vz_generic_machine_identifier_new_with_ecid (ECID));
}

static void
teardown (Fixture *self, gconstpointer data)
{
  g_object_unref (self->configuration);
  g_object_unref (self->identifier);
}

static void
claim (const char *path)
{
  Fixture self;

  setup (&self, NULL);
  if (vz_machine_claim_new (self.configuration, self.identifier, NULL) == NULL)
    _exit (1);
}

static void
claim_and_linger (const char *path)
{
  claim (path);
  fixture_linger ();
}

static void
lock_runtime_and_linger (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    _exit (1);
  fixture_linger ();
}

static void
assert_can_be_claimed (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMachineClaim)
    claim = vz_machine_claim_new (self->configuration, self->identifier, &error);

  g_assert_no_error (error);
  g_assert_nonnull (claim);
}

static void
test_living (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *holder = NULL;
  pid_t child = fixture_spawn (claim, NULL);

  holder = g_strdup_printf ("process %d (", (int) child);
  g_assert_false (vz_machine_claim_check_free (self->configuration, self->identifier, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, holder));
  g_clear_error (&error);
  g_assert_null (vz_machine_claim_new (self->configuration, self->identifier, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  fixture_kill (child);
  assert_can_be_claimed (self);
}

/* A process gives up its locks one after the other, once it is gone from every list. */
static void
test_ending (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_kill (fixture_spawn (claim_and_linger, NULL));
  vz_machine_claim_check_free (self->configuration, self->identifier, &error);
  g_assert_no_error (error);
  assert_can_be_claimed (self);
}

/* The last of its locks. */
static void
test_ending_with_runtime (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *runtime = vz_runtime_directory_for (self->identifier, &error);

  g_assert_no_error (error);
  fixture_kill (fixture_spawn (lock_runtime_and_linger, runtime));
  assert_can_be_claimed (self);
}

static void
add_tests (void)
{
#define ADD(name, function) \
  g_test_add ("/machine-claim/" name, Fixture, NULL, setup, function, teardown)
  ADD ("living", test_living);
  ADD ("ending", test_ending);
  ADD ("ending-with-runtime", test_ending_with_runtime);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
