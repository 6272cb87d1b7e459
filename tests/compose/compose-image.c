/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* compose-image FILE [--no-cache]: composes the default image, for tests. Exit status 77 when the
 * archive or what composing needs is not to be had here, which a test takes for "skipped". */
#include <vz.h>

int
main (int argc, char **argv)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) error = NULL;

  if (argc < 2)
    return 2;
  if (argc > 2 && g_str_equal (argv[2], "--no-cache"))
    vz_compose_request_set_use_cache (request, FALSE);
  if (vz_compose_image (request, argv[1], NULL, NULL, &error))
    return 0;
  g_printerr ("compose-image: %s\n", error->message);
  return g_error_matches (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR) ||
             g_error_matches (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED)
           ? 77
           : 1;
}
