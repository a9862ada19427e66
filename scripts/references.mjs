/** Plain JavaScript, as all that osls loads. */

/** @param {unknown} value part of a template @param {string} id @returns {boolean} whether it refers to that resource */
export function refersTo(value, id) {
  const text = JSON.stringify(value ?? null);
  return [`{"Ref":"${id}"}`, `{"Fn::GetAtt":["${id}",`, `\${${id}}`, `\${${id}.`].some((form) => text.includes(form));
}
