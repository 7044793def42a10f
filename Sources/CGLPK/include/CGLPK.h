#ifndef CGLPK_H
#define CGLPK_H

#include <glpk.h>
#include <stdint.h>

/* GLPK behind calls that cannot end the process or write to standard output.
 *
 * GLPK answers a failed assertion, a bad index or exhausted memory by printing and calling abort().
 * Every function below that can meet such a failure returns 0 when GLPK came back and 1 when GLPK
 * gave up.  After a 1 the calling thread's whole GLPK environment, with every problem in it, is
 * gone, and cglpk_environment() tells a new number; the next call starts a fresh environment.
 *
 * The way out of a failure is a longjmp whose both ends lie in cglpk.c.  Only GLPK's own frames are
 * between them, because no call here runs foreign code beneath GLPK, except the `cancelled` poll,
 * which has returned before GLPK goes on.
 *
 * GLPK keeps its memory by thread: a problem may be touched only on the thread that created it.
 * Rows and columns are numbered from 1, as in GLPK; arrays given to GLPK's matrix calls skip their
 * element 0, and all other arrays start at element 0.  Infinite bounds are IEEE infinities. */

/* The number of this thread's environment: unique in the process, never 0, and another one after
 * each failure.  A problem lives as long as the number under which it was created is current. */
uint64_t cglpk_environment(void);

/* What GLPK said when it last gave up on this thread; never null. */
const char *cglpk_message(void);

/* Building. */
int cglpk_create(int direction, glp_prob **problem);
void cglpk_delete(glp_prob *problem);
int cglpk_add_rows(glp_prob *problem, int count, const double *lower, const double *upper);
int cglpk_add_columns(glp_prob *problem, int count, const double *lower, const double *upper,
                      const double *cost, const uint8_t *integer);
int cglpk_set_row_bounds(glp_prob *problem, int row, double lower, double upper);
int cglpk_set_column_bounds(glp_prob *problem, int column, double lower, double upper);
int cglpk_set_cost(glp_prob *problem, int column, double cost);
int cglpk_set_direction(glp_prob *problem, int direction);
int cglpk_load(glp_prob *problem, int entries, const int *rows, const int *columns,
               const double *coefficients);
int cglpk_set_row(glp_prob *problem, int row, int entries, const int *columns,
                  const double *coefficients);
int cglpk_set_column(glp_prob *problem, int column, int entries, const int *rows,
                     const double *coefficients);

/* Solving.  `code` receives GLPK's own return code. */
int cglpk_simplex(glp_prob *problem, const glp_smcp *parameters, int *code);
int cglpk_exact(glp_prob *problem, const glp_smcp *parameters, int *code);

/* Why cglpk_branch stopped the search itself. */
enum cglpk_stop {
  CGLPK_RAN_ON = 0,
  CGLPK_NODE_LIMIT,
  CGLPK_ITERATION_LIMIT,
  CGLPK_GAP_REACHED,
  CGLPK_CANCELLED
};

/* What the search is told, and what it tells. */
typedef struct {
  int node_limit;       /* subproblems that may be created, the root among them */
  int iteration_limit;  /* simplex iterations of all subproblems together */
  double relative_gap;  /* stop at |incumbent - bound| <= relative_gap * |incumbent|; below 0: never */
  const double *start;  /* a feasible point, from element 1; or null */
  int (*cancelled)(void); /* whether to stop now; or null */

  enum cglpk_stop stop;
  int nodes;       /* subproblems created */
  int iterations;  /* simplex iterations */
  double bound;    /* the best bound known when the search last reported */
} cglpk_watch;

int cglpk_branch(glp_prob *problem, const glp_iocp *parameters, cglpk_watch *watch, int *code);

/* Reading.  Null arrays are skipped. */
int cglpk_read_relaxation(glp_prob *problem, double *values, double *reduced_costs, double *duals);
int cglpk_read_integer(glp_prob *problem, double *values);
int cglpk_read_basis(glp_prob *problem, uint8_t *rows, uint8_t *columns);
int cglpk_write_basis(glp_prob *problem, const uint8_t *rows, const uint8_t *columns);
int cglpk_standard_basis(glp_prob *problem);

/* Row multipliers that combine the rows into one that no point within the column bounds satisfies,
 * where the current basis is one at which a simplex method found that no feasible point exists.
 * `only` = 0 combines all violated basic variables (phase 1 of the primal simplex), `only` = k > 0
 * the k-th violated one alone (the dual simplex).  `found` becomes 0 where there is no k-th. */
int cglpk_farkas(glp_prob *problem, int only, double *multipliers, int *found);

/* The direction along which the objective improves without end, where GLPK's status is GLP_UNBND. */
int cglpk_ray(glp_prob *problem, double *direction, int *found);

/* File formats that GLPK reads: 'm' fixed MPS, 'f' free MPS, 'l' CPLEX LP, 'g' GNU MathProg (model and
 * data in one file).  `code` is 0 when the file was read. */
int cglpk_read_file(glp_prob *problem, char format, const char *path, int *code);

/* Makes GLPK give up on purpose, for tests: 0 by a bad index, 1 by a failed assertion, 2 by memory
 * exhausted.  Always returns 1. */
int cglpk_provoke(int kind);

#endif
