import type { LoginErrorCode } from '../../../shared/http.ts';
import type { Messages } from '../../i18n/en.ts';

/** The words for a login error code. Anyone can write anything into the address, so an unknown code is never repeated. */
export function explainLoginError(code: string, m: Messages): { title: string; body: string } {
  return Object.hasOwn(m.loginErrors, code)
    ? m.loginErrors[code as LoginErrorCode]
    : m.loginErrorUnknown;
}
