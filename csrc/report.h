/* Debug mode's report: what is live when the process exits. */
#ifndef GOBRIDGE_CSRC_REPORT_H
#define GOBRIDGE_CSRC_REPORT_H

/* Has live references listed on stderr when the process exits. */
void gobridge_report_at_exit(void);

#endif
