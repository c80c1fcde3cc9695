// Where a sign-in link may lead: a path of this server and nothing else. Anything that a browser
// could read as another host, or as a script, leads to the start page.
export function local_path(wanted: string | null): string {
  if (!wanted || !/^\/(?![/\\])[\w\-./?=&%]*$/.test(wanted)) return "/";
  return wanted;
}
