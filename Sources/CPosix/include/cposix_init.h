#pragma once

/// Where this is the first process of a container: goes on in a child, while this process passes signals on to it,
/// collects what is orphaned, and ends as the child does. Anywhere else it does nothing. To be called before there is a
/// second thread.
void cposix_stand_aside(void);
