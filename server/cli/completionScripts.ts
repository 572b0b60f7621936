import type { Command, Option } from 'commander';

/** Both names of the command line. */
const names = ['steer', 'weight-steering'];

/** What a shell needs to know of a command. */
interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Words that an argument can be. */
  readonly words: readonly string[];
  /** Its first argument is a recipe, so files of that kind come first. */
  readonly takesRecipe: boolean;
}

function commandsOf(program: Command): readonly Completed[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.summary(),
    options: command.createHelp().visibleOptions(command),
    words: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    takesRecipe: command.registeredArguments[0]?.name() === 'recipe',
  }));
}

/** For bash 3.2 and newer: the first word is a command, words with a dash are its options, others are files. */
export function bashCompletion(program: Command): string {
  const commands = commandsOf(program);
  return `# Completes steer in bash: source <(steer completion bash)
_weight_steering() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "$command $previous" in
${commands.flatMap(bashValues).join('\n')}
  esac
  case "$command" in
${commands.map(bashCommand).join('\n')}
  esac
}
complete -o filenames ${names.map((name) => `-F _weight_steering ${name}`).join('\ncomplete -o filenames ')}
`;
}

function bashValues({ name, options }: Completed): readonly string[] {
  return options.flatMap((option) => {
    const spelled = flagsOf(option).map((flag) => `"${name} ${flag}"`);
    if (option.argChoices !== undefined)
      return [`    ${spelled.join('|')}) ${bashWords(option.argChoices)}; return ;;`];
    return isPath(option)
      ? [`    ${spelled.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;`]
      : [];
  });
}

function bashCommand({ name, options, words, takesRecipe }: Completed): string {
  const flags = options.flatMap(flagsOf);
  const recipes = `COMPREPLY=($(compgen -f -X '!*.y*ml' -- "$current") $(compgen -d -- "$current"))`;
  const files = takesRecipe && name !== 'analyze' ? recipes : 'COMPREPLY=($(compgen -f -- "$current"))';
  return `    ${name})
      if [[ "$current" == -* ]]; then ${bashWords(flags)}; else ${words.length > 0 ? bashWords(words) : files}; fi ;;`;
}

function bashWords(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current"))`;
}

/** For zsh: descriptions beside commands and options. */
export function zshCompletion(program: Command): string {
  const commands = commandsOf(program);
  return `#compdef ${names.join(' ')}
# Completes steer in zsh: source <(steer completion zsh)
_weight_steering() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${commands.map(zshCommand).join('\n')}
  esac
}
compdef _weight_steering ${names.join(' ')}
`;
}

function zshCommand({ name, options, words, takesRecipe }: Completed): string {
  const files = takesRecipe && name !== 'analyze' ? '_files -g "*.(yaml|yml)"' : '_files';
  const rest = words.length > 0 ? `*:word:(${words.join(' ')})` : `*:file:${files}`;
  const specs = [...options.flatMap(zshOption), rest].map(quoted);
  return `    ${name}) _arguments ${specs.join(' ')} ;;`;
}

function zshOption(option: Option): readonly string[] {
  const about = `[${option.description.replace(/[[\]:\\]/g, String.raw`\$&`)}]`;
  const value =
    option.argChoices === undefined
      ? isPath(option)
        ? ':file:_files'
        : ':value: '
      : `:value:(${option.argChoices.join(' ')})`;
  return flagsOf(option).map((flag) => `${flag}${about}${option.required ? value : ''}`);
}

/** For fish. */
export function fishCompletion(program: Command): string {
  const commands = commandsOf(program);
  const lines = names.flatMap((name) => [
    ...commands.map((command) => {
      return `complete -c ${name} -f -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.description)}`;
    }),
    ...commands.flatMap((command) => fishCommand(name, command)),
  ]);
  return `# Completes steer in fish: steer completion fish | source\n${lines.join('\n')}\n`;
}

function fishCommand(program: string, { name, options, words }: Completed): readonly string[] {
  const start = `complete -c ${program} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...(words.length > 0 ? [`${start} -f -a ${quoted(words.join(' '))}`] : []),
    ...options.map((option) => {
      const flags = flagsOf(option).map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = option.argChoices === undefined ? '' : ` -x -a ${quoted(option.argChoices.join(' '))}`;
      const argument = option.required && value === '' ? ' -r' : value;
      return `${start} ${flags.join(' ')}${argument} -d ${quoted(option.description)}`;
    }),
  ];
}

function flagsOf({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function isPath({ flags }: Option): boolean {
  return /<(folder|file)>/.test(flags);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
