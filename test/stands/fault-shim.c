/* A double of misbehaviour: passes every call on to a real PKCS#11 module (SoftHSM2) and breaks the ones it is told to.
   No software token hangs, crashes or reports a locked PIN on demand, hence this file. Compiled by fault-shim.ts with
   REAL_MODULE and CONTROL_DIR. `CONTROL_DIR/faults` holds lines "<function> <fault> [number]"; every call of a wrapped
   function adds its name to `CONTROL_DIR/calls`. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define CRYPTOKI_EXPORTS
#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST shim;
static CK_FUNCTION_LIST_PTR real;

static void count(const char *name) {
  char line[64];
  int length = snprintf(line, sizeof line, "%s\n", name);
  int fd = open(CONTROL_DIR "/calls", O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (fd < 0) return;
  if (write(fd, line, (size_t)length) < 0) abort();
  close(fd);
}

/* Finds the fault of one function; 0 when there is none. */
static int find_fault(const char *name, char *fault, unsigned long *number) {
  char line[128], function[64];
  int found = 0;
  FILE *file = fopen(CONTROL_DIR "/faults", "r");
  if (file == NULL) return 0;
  while (!found && fgets(line, sizeof line, file) != NULL) {
    *number = 0;
    if (sscanf(line, "%63s %63s %li", function, fault, (long *)number) >= 2) found = strcmp(function, name) == 0;
  }
  fclose(file);
  return found;
}

/* Eats memory and writes to it, so that it is resident, until somebody stops the process. */
static void eat_memory(void) {
  for (;;) {
    char *block = malloc(16 << 20);
    if (block != NULL) memset(block, 0xa5, 16 << 20);
    usleep(5000);
  }
}

static CK_RV misbehave(const char *name) {
  char fault[64];
  unsigned long number;
  count(name);
  if (!find_fault(name, fault, &number)) return CKR_OK;
  if (strcmp(fault, "hang") == 0) for (;;) sleep(60);
  if (strcmp(fault, "spin") == 0) for (volatile int always = 1; always;);
  if (strcmp(fault, "slow") == 0) usleep((useconds_t)(number * 1000));
  if (strcmp(fault, "segv") == 0) *(volatile int *)0 = 1;
  if (strcmp(fault, "abort") == 0) abort();
  if (strcmp(fault, "exit") == 0) _exit((int)number);
  if (strcmp(fault, "memory") == 0) eat_memory();
  if (strcmp(fault, "rv") == 0) return (CK_RV)number;
  return CKR_OK;
}

static CK_RV initialize(CK_VOID_PTR arguments) {
  char fault[64];
  unsigned long number;
  CK_C_INITIALIZE_ARGS_PTR given = arguments;
  CK_RV rv = misbehave("C_Initialize");
  if (rv != CKR_OK) return rv;
  if (find_fault("C_Initialize", fault, &number) && strcmp(fault, "no-locking") == 0 && given != NULL && given->flags != 0)
    return CKR_CANT_LOCK;
  return real->C_Initialize(arguments);
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID_PTR list, CK_ULONG_PTR length) {
  char fault[64];
  unsigned long number;
  CK_RV rv = misbehave("C_GetSlotList");
  if (rv != CKR_OK) return rv;
  if (find_fault("C_GetSlotList", fault, &number) && strcmp(fault, "empty") == 0) return *length = 0, CKR_OK;
  return real->C_GetSlotList(present, list, length);
}

/* "C_GetTokenInfo flags 0x20000" adds flags, "C_GetTokenInfo nul-padding 0" ends the texts with NULs. */
static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  char fault[64];
  unsigned long number;
  CK_RV rv = misbehave("C_GetTokenInfo");
  if (rv == CKR_OK) rv = real->C_GetTokenInfo(slot, info);
  if (rv != CKR_OK || !find_fault("C_GetTokenInfo", fault, &number)) return rv;
  if (strcmp(fault, "flags") == 0) info->flags |= number;
  if (strcmp(fault, "nul-padding") == 0)
    for (size_t at = sizeof info->label; at > 0 && info->label[at - 1] == ' '; at--) info->label[at - 1] = 0;
  return CKR_OK;
}

/* "C_GetMechanismList without 0x1041" hides one mechanism. */
static CK_RV get_mechanism_list(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR length) {
  char fault[64];
  unsigned long number;
  CK_RV rv = misbehave("C_GetMechanismList");
  if (rv == CKR_OK) rv = real->C_GetMechanismList(slot, list, length);
  if (rv == CKR_OK && list != NULL && find_fault("C_GetMechanismList", fault, &number) && strcmp(fault, "without") == 0)
    for (CK_ULONG at = 0; at < *length; at++)
      if (list[at] == number) list[at] = CKM_MD2;
  return rv;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV rv = misbehave("C_Login");
  return rv != CKR_OK ? rv : real->C_Login(session, user, pin, length);
}

static CK_RV logout(CK_SESSION_HANDLE session) {
  CK_RV rv = misbehave("C_Logout");
  return rv != CKR_OK ? rv : real->C_Logout(session);
}

/* "C_Sign garbage 0" flips a bit of the signature. */
static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG size, CK_BYTE_PTR out, CK_ULONG_PTR length) {
  char fault[64];
  unsigned long number;
  CK_RV rv = misbehave("C_Sign");
  if (rv == CKR_OK) rv = real->C_Sign(session, data, size, out, length);
  if (rv == CKR_OK && out != NULL && find_fault("C_Sign", fault, &number) && strcmp(fault, "garbage") == 0) out[9] ^= 1;
  return rv;
}

static CK_RV finalize(CK_VOID_PTR reserved) {
  CK_RV rv = misbehave("C_Finalize");
  return rv != CKR_OK ? rv : real->C_Finalize(reserved);
}

/* "C_WaitForSlotEvent event 0" always has an event waiting. */
static CK_RV wait_for_slot_event(CK_FLAGS flags, CK_SLOT_ID_PTR slot, CK_VOID_PTR reserved) {
  char fault[64];
  unsigned long number;
  CK_RV rv = misbehave("C_WaitForSlotEvent");
  if (rv != CKR_OK) return rv;
  if (find_fault("C_WaitForSlotEvent", fault, &number) && strcmp(fault, "event") == 0) return *slot = 0, CKR_OK;
  return real->C_WaitForSlotEvent(flags, slot, reserved);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  if (real == NULL) {
    void *handle = dlopen(REAL_MODULE, RTLD_NOW);
    CK_RV (*get)(CK_FUNCTION_LIST_PTR_PTR);
    if (handle == NULL) return CKR_GENERAL_ERROR;
    *(void **)&get = dlsym(handle, "C_GetFunctionList");
    if (get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
    shim = *real;
    shim.C_Initialize = initialize;
    shim.C_Finalize = finalize;
    shim.C_GetSlotList = get_slot_list;
    shim.C_GetTokenInfo = get_token_info;
    shim.C_GetMechanismList = get_mechanism_list;
    shim.C_Login = login;
    shim.C_Logout = logout;
    shim.C_Sign = sign;
    shim.C_WaitForSlotEvent = wait_for_slot_event;
  }
  *list = &shim;
  return CKR_OK;
}
