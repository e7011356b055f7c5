/**
 * What the session code must know of IOS and IOS-XE, as data: prompts, questions, how a rejection looks, and how long
 * things may take. The wordings come from the public lists of scrapli, unicon, Ansible's cisco.ios and Netspoc-Approve.
 */

/** A question that the router may ask, the commands after which it is expected, and the only answer we give. */
export interface KnownQuestion {
  readonly question: RegExp;
  readonly command: RegExp;
  readonly answer: string;
}

export const iosXe = Object.freeze({
  /** Wide enough that neither an echo nor a `show` line is wrapped or scrolled. */
  terminal: { columns: 511, rows: 1000, term: 'vt100' },
  onOpen: ['terminal length 0', 'terminal width 511', 'terminal no monitor'],
  /** IOS cuts the host name in configuration prompts to 20 characters; other tools have seen 16. */
  shortestPromptName: 16,
  anyPrompt: /^([\w.\-@/:+]{1,63})(?:\(([^()\s]{1,64})\))?([>#]) ?$/,
  /** Answered only after the command they belong to; any other question stops the run. */
  questions: [
    {
      question: /Overwrite the previous NVRAM configuration\?\s*\[confirm\]$/i,
      command: /^(wr|copy run)/i,
      answer: '',
    },
    { question: /Proceed with reload\?\s*\[confirm\]$/i, command: /^reload$/, answer: '' },
    { question: /configuration has been modified\. Save\? \[yes\/no\]:\s*$/i, command: /^reload$/, answer: 'no' },
    { question: /Destination filename \[[^\]]*\]\?\s*$/i, command: /^copy /i, answer: '' },
    { question: /Do you want to over ?write\?\s*\[confirm\]$/i, command: /^copy /i, answer: '' },
    { question: /Delete filename \[[^\]]*\]\?\s*$/i, command: /^delete /i, answer: '' },
    { question: /Delete \S+\?\s*\[confirm\]$/i, command: /^delete /i, answer: '' },
  ] as readonly KnownQuestion[],
  looksLikeQuestion: /(\[confirm\]|\]\s*:|\]\s*\?|\?|:|\[y(?:es)?\/no?\])\s*$/i,
  passwordPrompt: /(^|\n)\s*password:\s*$/i,
  /**
   * A log message, perhaps numbered, with its time of day or time since boot or (`no service timestamps`) neither:
   * `*Nov 24 12:00:01.123: %SYS-5-CONFIG_I: …`. Some go on below: a trace, or the packet that was not encrypted.
   */
  syslog:
    /(?:\r?\n)?[ \t]{0,200}(?:\d{1,10}: )?(?:[*.]?(?:[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d[^\n%]{0,40}|\d\d:\d\d:\d\d|\d{1,4}[ywd]\d{1,3}[wdh]): )?%[A-Z][A-Z0-9_-]*-[0-7]-[A-Z0-9_]+:(?: [^\n]*|(?=\r?\n|$))(?:\r?\n(?:-(?:Traceback|Process)=|[ \t]+\(ip\) vrf\/dest_addr=)[^\n]*)*(?=\n|$)/g,
  /** Text that a timer prints into whatever is on the screen. */
  interruptions: [
    /Rollback Confirmed Change: Rollback will begin in one minute\.\s*\n?\s*Enter "configure confirm" if you wish to keep what you'?'?ve configured[^\n]*/g,
    /\n{0,9}\*{3}\n\*{3} --- SHUTDOWN [^\n]*---\n\*{3}\n?/g,
  ],
  /** In configuration mode every other reply is a rejection (Cisco's NSO driver and Netspoc judge so too). */
  notices: [
    /^IKEv2 \S+ MUST (have|either have)/i,
    /^\s*(encryption algorithm aes-gcm, a prf algorithm and a DH group configured)/i,
    /^\s*\d\. A (local and a remote authentication method|match identity or a match certificate or match any statement)\.?/i,
    /^.{0,3}(warning|note|info)\s*[:,](?!.*no longer supported)/i,
    /^\s*and a valid access list have been configured\.$/i,
    /^\s*'[^']+'$/,
    /^\s*please move to .+ CLI\.?$/i,
    /a profile is deemed incomplete until it has .* statements/i,
    /policy already has same proposal set/i,
    /^%? ?default route without gateway/i,
    /^% ?command accepted but obsolete/i,
    /^% ?interface \S+ .*\bremoved due to /i,
    /the .* change will take effect after existing .* expire/i,
    /removing .* will delete all routes and clear current ipsec/i,
    /redundant .* statement/i,
    /is .+ fragmentation may occur/i,
    /^Enter configuration commands, one per line\./i,
    /^Rollback Confirmed Change: Backing up current running config to /i,
    /^(?:%?\s*Generating \d+ bit RSA keys|the name for the keys will be:|% the key modulus size is \d+ bits)/i,
    /^\[OK\](?: \(elapsed time was \d+ seconds?\))?\s*$/,
    /crypto-6-isakmp_on_off/i,
    /^% ?use 'write' command to make license boot config take effect/i,
    /\b(requires a reload to take effect|will take effect (after|on next) (reload|reboot))/i,
    /^%?\s*policy already has same proposal set/i,
    /^%?\s*(\S+ )?profile (\S+ )?is removed/i,
    /^%?\s*tunnel interface was deleted/i,
    /^%?\s*all bgp sessions must be reset to take/i,
    /^%?\s*(no change in the configuration|same config is entered which has no effect)/i,
    /\b(will be deprecated soon|command accepted but obsolete)/i,
  ],
  /** Names for rejections, for messages; the order is that of precedence. */
  markers: [
    /^% ?Invalid input detected at '\^' marker\.?/im,
    /^% ?Incomplete command\.?/im,
    /^% ?Ambiguous command:?.*/im,
    /^% ?Unknown command.*/im,
    /^(?:% ?|Command )Authorization failed\.?/im,
    /^% ?\S+ overlaps with \S+/im,
    /^%?\s*Inconsistent address and mask/im,
    /^%?\s*No matching route to delete/im,
    /^%?\s*Bad mask .*/im,
    /^ERROR: .*/im,
    /^%.*/m,
  ],
  /** In exec mode replies are text; these say that the command did not run. */
  execErrors: [
    /^% ?Invalid (input|command)/i,
    /^% ?Incomplete (command|input)/i,
    /^% ?Ambiguous (command|input)/i,
    /^% ?Unknown command/i,
    /^% Bad IP address or host name/i,
    /^% ?Unrecognized host or address/i,
    /^(?:% ?|Command )Authorization failed/i,
    /^Error: Could not open file/i,
  ],
  pager: /[ \t]*--More--[ \t]*$/,
  /** A removal that works as soon as the router has let go of the object. */
  stillInUse: [
    // `Profile X in use`, `Transform set X is in use`, `is still in use and cannot be removed`.
    /\bin use\b/i,
    /wait for it to complete/i,
    /is currently being deconfigured/i,
    /is being deleted, please try later/i,
  ],
  /** What no waiting helps: something else has to be removed before. */
  removeFirst: /\b(first remove|remove .* first)\b/i,
  /** Someone else holds the configuration; the router may offer to end that session, which is not ours to do. */
  configLocked:
    /(Do you want to kill that session|Configuration mode (is )?locked|Config(uration)? mode cannot be entered|Command rejected: .*lock)/i,
  /** Refusal of a second `configure terminal revert timer`. */
  rollbackPending: /Rollback Confirmed Change (?:is )?(?:already )?(?:pending|in progress)/i,
  nvramBusy: /startup-config file open failed \(Device or resource busy\)/i,
  /** Seconds; a wait for a reply is computed from these and from what was asked. */
  timeouts: { connect: 20, prompt: 20, command: 20, line: 15, show: 60, save: 100, enable: 10 },
  keepalive: { intervalSeconds: 10, maximumMissed: 3 },
  /** The most that one reply may hold; a full running configuration of a large router is about 1 MB. */
  maximumReplyCharacters: 8_000_000,
});
