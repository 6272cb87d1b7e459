/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/table.h"

#include <string.h>

#include "tool/vz-tool.h"

static guint
text_width (const char *text)
{
  return (guint) g_utf8_strlen (text, -1);
}

static guint
column_width (GPtrArray *rows, gsize column)
{
  guint width = 0;

  for (guint i = 0; i < rows->len; i++)
    width = MAX (width, text_width (((GStrv) rows->pdata[i])[column]));
  return width;
}

void
table_print (GPtrArray *rows, const char *right)
{
  gsize n_columns = strlen (right);
  g_autofree guint *widths = g_new (guint, n_columns);

  for (gsize k = 0; k < n_columns; k++)
    widths[k] = column_width (rows, k);
  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = rows->pdata[i];

      for (gsize k = 0; k < n_columns; k++)
        {
          int gap = (int) (widths[k] - text_width (row[k]));
          gboolean last = k + 1 == n_columns;

          if (right[k] == 'r')
            tool_print ("%*s%s%s", gap, "", row[k], last ? "" : "  ");
          else
            tool_print ("%s%*s", row[k], last ? 0 : gap + 2, "");
        }
      tool_print ("\n");
    }
}
