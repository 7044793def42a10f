#include "CGLPK.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- The environment of a thread ------------------------------------------------------------- */

static _Thread_local jmp_buf escape;
static _Thread_local char message[1024];
static _Thread_local uint64_t environment;

static atomic_uint_fast64_t last_environment;
static pthread_key_t thread_exit;
static pthread_once_t thread_exit_made = PTHREAD_ONCE_INIT;

/* GLPK does not free a thread's environment when the thread ends. */
static void leave_thread(void *unused) {
  (void)unused;
  glp_free_env();
}

static void make_thread_exit(void) { pthread_key_create(&thread_exit, leave_thread); }

/* GLPK's terminal: keeps what is said while GLPK gives up, and drops all else. */
static int keep(void *unused, const char *text) {
  (void)unused;
  if (glp_at_error()) strncat(message, text, sizeof message - strlen(message) - 1);
  return 1;
}

static void give_up(void *unused) {
  (void)unused;
  glp_free_env();
  environment = 0;
  longjmp(escape, 1);
}

uint64_t cglpk_environment(void) {
  if (environment == 0) {
    pthread_once(&thread_exit_made, make_thread_exit);
    pthread_setspecific(thread_exit, &environment);
    glp_term_hook(keep, NULL);
    environment = 1 + atomic_fetch_add(&last_environment, 1);
  }
  return environment;
}

const char *cglpk_message(void) { return message; }

/* Runs statements of GLPK and returns 0, or 1 if GLPK gave up on the way. */
#define GUARDED(...)                 \
  do {                               \
    cglpk_environment();             \
    message[0] = '\0';               \
    if (setjmp(escape)) return 1;    \
    glp_error_hook(give_up, NULL);   \
    __VA_ARGS__;                     \
    glp_error_hook(NULL, NULL);      \
    return 0;                        \
  } while (0)

/* ---- Building -------------------------------------------------------------------------------- */

static int kind(double lower, double upper) {
  if (isinf(lower)) return isinf(upper) ? GLP_FR : GLP_UP;
  if (isinf(upper)) return GLP_LO;
  return lower == upper ? GLP_FX : GLP_DB;
}

int cglpk_create(int direction, glp_prob **problem) {
  GUARDED({
    *problem = glp_create_prob();
    glp_set_obj_dir(*problem, direction);
  });
}

static int delete_guarded(glp_prob *problem) { GUARDED(glp_delete_prob(problem)); }

void cglpk_delete(glp_prob *problem) { (void)delete_guarded(problem); }

int cglpk_add_rows(glp_prob *problem, int count, const double *lower, const double *upper) {
  GUARDED({
    if (count > 0) {
      int first = glp_add_rows(problem, count);
      for (int k = 0; k < count; k++)
        glp_set_row_bnds(problem, first + k, kind(lower[k], upper[k]), lower[k], upper[k]);
    }
  });
}

int cglpk_add_columns(glp_prob *problem, int count, const double *lower, const double *upper,
                      const double *cost, const uint8_t *integer) {
  GUARDED({
    if (count > 0) {
      int first = glp_add_cols(problem, count);
      for (int k = 0; k < count; k++) {
        glp_set_col_bnds(problem, first + k, kind(lower[k], upper[k]), lower[k], upper[k]);
        glp_set_obj_coef(problem, first + k, cost[k]);
        if (integer[k]) glp_set_col_kind(problem, first + k, GLP_IV);
      }
    }
  });
}

int cglpk_set_row_bounds(glp_prob *problem, int row, double lower, double upper) {
  GUARDED(glp_set_row_bnds(problem, row, kind(lower, upper), lower, upper));
}

int cglpk_set_column_bounds(glp_prob *problem, int column, double lower, double upper) {
  GUARDED(glp_set_col_bnds(problem, column, kind(lower, upper), lower, upper));
}

int cglpk_set_cost(glp_prob *problem, int column, double cost) {
  GUARDED(glp_set_obj_coef(problem, column, cost));
}

int cglpk_set_direction(glp_prob *problem, int direction) {
  GUARDED(glp_set_obj_dir(problem, direction));
}

int cglpk_load(glp_prob *problem, int entries, const int *rows, const int *columns,
               const double *coefficients) {
  GUARDED(glp_load_matrix(problem, entries, rows, columns, coefficients));
}

int cglpk_set_row(glp_prob *problem, int row, int entries, const int *columns,
                  const double *coefficients) {
  GUARDED(glp_set_mat_row(problem, row, entries, columns, coefficients));
}

int cglpk_set_column(glp_prob *problem, int column, int entries, const int *rows,
                     const double *coefficients) {
  GUARDED(glp_set_mat_col(problem, column, entries, rows, coefficients));
}

/* ---- Solving --------------------------------------------------------------------------------- */

int cglpk_simplex(glp_prob *problem, const glp_smcp *parameters, int *code) {
  GUARDED(*code = glp_simplex(problem, parameters));
}

int cglpk_exact(glp_prob *problem, const glp_smcp *parameters, int *code) {
  GUARDED(*code = glp_exact(problem, parameters));
}

static void stop(glp_tree *tree, cglpk_watch *watch, enum cglpk_stop why) {
  if (watch->stop == CGLPK_RAN_ON) {
    watch->stop = why;
    glp_ios_terminate(tree);
  }
}

/* GLPK calls this several times for each subproblem. */
static void look(glp_tree *tree, void *info) {
  cglpk_watch *watch = info;
  glp_prob *problem = glp_ios_get_prob(tree);
  int reason = glp_ios_reason(tree);

  if (reason == GLP_IHEUR && watch->start != NULL) {
    const double *start = watch->start;
    watch->start = NULL;
    glp_ios_heur_sol(tree, start);
  }

  int best = glp_ios_best_node(tree);
  if (best != 0) watch->bound = glp_ios_node_bound(tree, best);
  glp_ios_tree_size(tree, NULL, NULL, &watch->nodes);
  watch->iterations = glp_get_it_cnt(problem);

  if (watch->relative_gap >= 0 && best != 0 && glp_mip_status(problem) == GLP_FEAS) {
    double incumbent = glp_mip_obj_val(problem);
    if (fabs(incumbent - watch->bound) <= watch->relative_gap * fabs(incumbent))
      stop(tree, watch, CGLPK_GAP_REACHED);
  }
  if (reason == GLP_IBRANCH && watch->nodes + 2 > watch->node_limit)
    stop(tree, watch, CGLPK_NODE_LIMIT);
  if (watch->iterations >= watch->iteration_limit) stop(tree, watch, CGLPK_ITERATION_LIMIT);
  if (watch->cancelled != NULL && watch->cancelled()) stop(tree, watch, CGLPK_CANCELLED);
}

int cglpk_branch(glp_prob *problem, const glp_iocp *parameters, cglpk_watch *watch, int *code) {
  glp_iocp watched = *parameters;
  watched.cb_func = look;
  watched.cb_info = watch;
  GUARDED({
    glp_set_it_cnt(problem, 0);
    *code = glp_intopt(problem, &watched);
  });
}

/* ---- Reading --------------------------------------------------------------------------------- */

int cglpk_read_relaxation(glp_prob *problem, double *values, double *reduced_costs, double *duals) {
  GUARDED({
    int m = glp_get_num_rows(problem), n = glp_get_num_cols(problem);
    for (int j = 1; values != NULL && j <= n; j++) values[j - 1] = glp_get_col_prim(problem, j);
    for (int j = 1; reduced_costs != NULL && j <= n; j++)
      reduced_costs[j - 1] = glp_get_col_dual(problem, j);
    for (int i = 1; duals != NULL && i <= m; i++) duals[i - 1] = glp_get_row_dual(problem, i);
  });
}

int cglpk_read_integer(glp_prob *problem, double *values) {
  GUARDED({
    int n = glp_get_num_cols(problem);
    for (int j = 1; j <= n; j++) values[j - 1] = glp_mip_col_val(problem, j);
  });
}

int cglpk_read_basis(glp_prob *problem, uint8_t *rows, uint8_t *columns) {
  GUARDED({
    int m = glp_get_num_rows(problem), n = glp_get_num_cols(problem);
    for (int i = 1; i <= m; i++) rows[i - 1] = (uint8_t)glp_get_row_stat(problem, i);
    for (int j = 1; j <= n; j++) columns[j - 1] = (uint8_t)glp_get_col_stat(problem, j);
  });
}

int cglpk_write_basis(glp_prob *problem, const uint8_t *rows, const uint8_t *columns) {
  GUARDED({
    int m = glp_get_num_rows(problem), n = glp_get_num_cols(problem);
    for (int i = 1; i <= m; i++) glp_set_row_stat(problem, i, rows[i - 1]);
    for (int j = 1; j <= n; j++) glp_set_col_stat(problem, j, columns[j - 1]);
  });
}

int cglpk_standard_basis(glp_prob *problem) { GUARDED(glp_std_basis(problem)); }

/* The sign with which a basic variable counts in the sum of infeasibilities: -1 below its lower
 * bound, +1 above its upper bound, 0 between. */
static double violation(double value, int type, double lower, double upper) {
  double tolerance = 1e-9;
  if (type != GLP_FR && type != GLP_UP && value < lower - tolerance * (1 + fabs(lower))) return -1;
  if (type != GLP_FR && type != GLP_LO && value > upper + tolerance * (1 + fabs(upper))) return +1;
  return 0;
}

int cglpk_farkas(glp_prob *problem, int only, double *multipliers, int *found) {
  GUARDED({
    int m = glp_get_num_rows(problem), seen = 0;
    double *work = glp_calloc(1 + m, sizeof(double));
    *found = 0;
    if (m > 0 && (glp_bf_exists(problem) || glp_factorize(problem) == 0)) {
      for (int k = 1; k <= m; k++) {
        int head = glp_get_bhead(problem, k);
        double sign;
        if (head <= m)
          sign = violation(glp_get_row_prim(problem, head), glp_get_row_type(problem, head),
                           glp_get_row_lb(problem, head), glp_get_row_ub(problem, head));
        else
          sign = violation(glp_get_col_prim(problem, head - m),
                           glp_get_col_type(problem, head - m),
                           glp_get_col_lb(problem, head - m), glp_get_col_ub(problem, head - m));
        if (sign != 0) seen++;
        work[k] = only == 0 || only == seen ? sign : 0;
        if (work[k] != 0) *found = 1;
      }
      if (*found) {
        /* Bᵀπ = c_B; the infeasibility falls where an auxiliary variable rises by −π, so −π combines
         * the rows such that their sum must rise above what the columns can reach. */
        glp_btran(problem, work);
        for (int i = 1; i <= m; i++) multipliers[i - 1] = -work[i];
      }
    }
    glp_free(work);
  });
}

int cglpk_ray(glp_prob *problem, double *direction, int *found) {
  GUARDED({
    int m = glp_get_num_rows(problem), n = glp_get_num_cols(problem);
    int k = glp_get_unbnd_ray(problem);
    *found = 0;
    for (int j = 0; j < n; j++) direction[j] = 0;
    if (k != 0 && (glp_bf_exists(problem) || glp_factorize(problem) == 0)) {
      int *basics = glp_calloc(1 + m, sizeof(int));
      double *rates = glp_calloc(1 + m, sizeof(double));
      int status = k <= m ? glp_get_row_stat(problem, k) : glp_get_col_stat(problem, k - m);
      if (status != GLP_BS) {
        int length = glp_eval_tab_col(problem, k, basics, rates);
        double dual = k <= m ? glp_get_row_dual(problem, k) : glp_get_col_dual(problem, k - m);
        double sign = (glp_get_obj_dir(problem) == GLP_MIN) == (dual < 0) ? 1 : -1;
        for (int t = 1; t <= length; t++)
          if (basics[t] > m) direction[basics[t] - m - 1] = sign * rates[t];
        if (k > m) direction[k - m - 1] = sign;
        *found = 1;
      }
      glp_free(basics);
      glp_free(rates);
    }
  });
}

int cglpk_read_file(glp_prob *problem, char format, const char *path, int *code) {
  GUARDED({
    *code = 1;
    if (format == 'm') *code = glp_read_mps(problem, GLP_MPS_DECK, NULL, path);
    if (format == 'f') *code = glp_read_mps(problem, GLP_MPS_FILE, NULL, path);
    if (format == 'l') *code = glp_read_lp(problem, NULL, path);
    if (format == 'g') {
      glp_tran *translator = glp_mpl_alloc_wksp();
      *code = glp_mpl_read_model(translator, path, 0) || glp_mpl_generate(translator, NULL);
      if (*code == 0) glp_mpl_build_prob(translator, problem);
      glp_mpl_free_wksp(translator);
    }
  });
}

int cglpk_provoke(int kind) {
  GUARDED({
    if (kind == 0) glp_set_row_bnds(glp_create_prob(), 1, GLP_FR, 0, 0);
    if (kind == 1) glp_assert(kind != 1);
    if (kind == 2) {
      glp_mem_limit(1);
      for (;;) glp_malloc(1 << 20);
    }
  });
}
