/* What must be known before anything is computed. xy_audit_plan tells the caller what it will cost. */
#ifndef XY_AUDIT_PREPARE_H
#define XY_AUDIT_PREPARE_H

#include "audit/audit.h"

/* Asks every scorer for every benchmark and looks the store up; does nothing the second time. */
int xy__audit_prepare(xy_audit *audit, xy_error *err);

/* The costs of every stage, into audit->plan; does nothing the second time. */
int xy__audit_plan_stages(xy_audit *audit, xy_error *err);

#endif
