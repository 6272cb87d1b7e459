/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <vz.h>

G_BEGIN_DECLS

/* The meanings of exit codes are fixed: scripts depend on them. */
typedef enum {
  VZ_EXIT_DONE = 0,
  VZ_EXIT_FAILED = 1,
  VZ_EXIT_USAGE = 2,
  VZ_EXIT_HOST = 3, /* this host cannot */
  VZ_EXIT_INVALID = 4, /* configuration or image not valid */
  VZ_EXIT_NOT_FOUND = 5,
  VZ_EXIT_BUSY = 6,
  VZ_EXIT_INTERRUPTED = 130,
} VzExit;

typedef struct {
  gboolean json; /* --json: one object a line on standard output */
  GStrv arguments; /* owned: what remains after the options */
  GStrv rest; /* owned: what follows "--"; NULL without "--" */
  GCancellable *cancellable; /* owned: SIGINT and SIGTERM cancel it while tool_wait runs */
  int exit_code; /* for commands that return another program's code (exec) */
} VzTool;

typedef enum {
  VZ_COMMAND_JSON = 1 << 0, /* takes --json */
  VZ_COMMAND_REST = 1 << 1, /* takes "-- COMMAND..." */
  VZ_COMMAND_EMPTY = 1 << 2, /* checks an empty argument itself: none is a place */
} VzCommandFlags;

typedef struct {
  const char *line; /* as typed in a shell */
  const char *does; /* a sentence in the third person, without a full stop */
} VzCommandExample;

#define MAX_COMMAND_EXAMPLES 8

/* main, the help, the man page and the completion know a command only by its row. */
typedef struct {
  const char *name; /* one word, or two: "image compose" */
  const char *arguments; /* as in the usage line: "[BUNDLE]" */
  guint min_arguments;
  guint max_arguments;
  VzCommandFlags flags;
  const GOptionEntry *options; /* may be NULL */
  gboolean (*run) (VzTool *tool, GError **error);
  const char *summary; /* a line of the help, without a full stop */
  /* Only for the manual page. */
  const char *details; /* a paragraph; may be NULL */
  VzCommandExample examples[MAX_COMMAND_EXAMPLES]; /* at least one */
} VzCommand;

extern const VzCommand *const vz_commands[]; /* terminated by NULL */

/* command-line.c */
const VzCommand *vz_command_find (char **argv, int *ret_words, GError **error);
gboolean vz_command_parse (const VzCommand *command, VzTool *tool, char **argv, GError **error);
char *vz_command_help (const VzCommand *command);
char *vz_commands_overview (void);

/* manual.c: both are generated from the table of commands. @name: of a page such as "image-fetch";
 * NULL: that of vz */
char *vz_commands_manual (const char *name, GError **error);
char *vz_commands_completion (void);

/* output.c */
VzExit vz_exit_for_error (const GError *error);
void tool_output_init (GCancellable *cancellable); /* signals cancel it; borrowed */
int tool_output_finish (int exit_code); /* the last call: returns the exit code */
gboolean tool_output_is_gone (void); /* standard output has no reader any more */
gboolean tool_print (const char *format, ...)
  G_GNUC_PRINTF (1, 2); /* on standard output; FALSE if it cannot be written */
char *tool_dup_shown_path (const char *path); /* as is for scripts, one line for a terminal */
void tool_draw (int fd, const char *text); /* skipped if it would have to wait */
void tool_print_json (JsonNode *node);
void tool_print_error (VzTool *tool, const GError *error);
void tool_say (const char *format, ...) G_GNUC_PRINTF (1, 2); /* a line on standard error */
void tool_print_result (VzTool *tool, const char *key, const char *value);

/* wait.c: runs a blocking call in a thread, so that signals cancel it and progress is drawn */
typedef gboolean (*VzToolCall) (gpointer data, GCancellable *cancellable, GError **error);
/* From here on signals only cancel tool->cancellable: what a call has finished is finished, and the
 * moments before and after it leave nothing half done either. */
void tool_hold_signals (VzTool *tool);
gboolean tool_wait (VzTool *tool, VzToolCall call, gpointer data, VzProgress *progress,
                    GError **error);

/* bundles.c */
char *tool_bundle_path (const char *argument);
VzBundle *tool_find_bundle (const char *argument, GError **error);
/* The same without recording its location. */
VzBundle *tool_look_at_bundle (VzTool *tool, guint index, GError **error);
VzBundle *tool_open_bundle (VzTool *tool, guint index, GError **error);
JsonNode *tool_describe_bundle (VzBundle *bundle, gboolean with_configuration, GError **error);

G_END_DECLS
