/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-json.h"

#include <string.h>

static void
test_builds_and_finds (void)
{
  JsonArray *array = json_array_new ();
  g_autofree char *line = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonNode *list;

  json_array_add_object_element (array, vz_json_new_strings ("id", "a", "data", "\"\n", NULL));
  json_array_add_int_element (array, 7);
  json_array_add_object_element (array, vz_json_new ("id", vz_json_string ("b"), "n",
                                                     vz_json_int (G_MAXINT64), NULL));
  line =
    vz_json_to_line (vz_json_new ("list", vz_json_array (array), "yes", vz_json_bool (TRUE), NULL));
  g_assert_cmpstr (line, ==,
                   "{\"list\":[{\"id\":\"a\",\"data\":\"\\\"\\n\"},7,{\"id\":\"b\","
                   "\"n\":9223372036854775807}],\"yes\":true}\n");

  object = vz_json_parse (line, strlen (line));
  list = json_object_get_member (object, "list");
  g_assert_cmpint (json_object_get_int_member (vz_json_find (list, "id", "b"), "n"), ==,
                   G_MAXINT64);
  g_assert_null (vz_json_find (list, "id", "c"));
  g_assert_null (vz_json_find (json_object_get_member (object, "yes"), "id", "a"));
  g_assert_null (vz_json_find (NULL, "id", "a"));
}

/* An answer comes from outside: whatever stands where a string or an object is expected. */
static void
test_other_kinds (void)
{
  const char text[] = "{\"n\": 1, \"o\": {}, \"null\": null, \"s\": \"x\"}";
  g_autoptr (JsonObject) object = vz_json_parse (text, sizeof text - 1);

  g_assert_cmpstr (vz_json_get_string (object, "s"), ==, "x");
  g_assert_null (vz_json_get_string (object, "n"));
  g_assert_null (vz_json_get_string (object, "o"));
  g_assert_null (vz_json_get_string (object, "null"));
  g_assert_null (vz_json_get_string (object, "absent"));
  g_assert_null (vz_json_get_string (NULL, "s"));
  g_assert_nonnull (vz_json_as_object (json_object_get_member (object, "o")));
  g_assert_null (vz_json_as_object (json_object_get_member (object, "s")));
  g_assert_null (vz_json_parse ("[1]", 3));
  g_assert_null (vz_json_parse ("{", 1));
  g_assert_null (vz_json_parse ("", 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/builds and finds", test_builds_and_finds);
  g_test_add_func ("/json/other kinds", test_other_kinds);
  return g_test_run ();
}
