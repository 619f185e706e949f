#!/bin/sh
# What a node's containerd or CRI-O calls in place of runc. It becomes runc at once, with the same arguments, descriptors
# and process ID, unless the call restores a container, or deletes one that was restored: then it becomes thaw. Until a
# restored container is started, which it is already, it answers itself. Every container, every exec probe comes through
# here, so nothing is started that need not be.
#
# Settings are assignments in the file beside this one, <this file>.conf, or come from the environment:
#   THAW_RUNC     the node's runc (runc)
#   THAW_PROGRAM  thaw (beside this file)
#   THAW_RUN      the restored containers' folder, gone after a reboot (/run/thaw)
#   THAW_LIB      where it is written down what was restored (/var/lib/thaw)
[ -r "$0.conf" ] && . "$0.conf"
: "${THAW_RUNC:=runc}" "${THAW_PROGRAM:=${0%/*}/thaw}" "${THAW_RUN:=/run/thaw}" "${THAW_LIB:=/var/lib/thaw}"

command='' bundle=. id='' value_of=''
for word do
  if [ -n "$value_of" ]; then
    [ "$value_of" = bundle ] && bundle=$word
    value_of=''
    continue
  fi
  # One dash or two, a value behind "=" or in the next word: Go's flags take them all.
  case $word in
    --?*) flag=${word#--} ;;
    -?*) flag=${word#-} ;;
    *) flag='' ;;
  esac
  case $command:$flag in
    :)
      command=$word
      case $command in
        create | start | state | delete) ;;
        *) break ;;
      esac
      ;;
    :root | :log | :log-format | :criu | :rootless) value_of=global ;;
    create:b | create:bundle) value_of=bundle ;;
    create:b=* | create:bundle=*) bundle=${flag#*=} ;;
    create:console-socket | create:pidfd-socket | create:pid-file | create:preserve-fds) value_of=create ;;
    *:) id=$word ;;
  esac
done

awake=$THAW_RUN/$id/awake
case $command in
  # Go writes no slash of a JSON text in another way. Where the words stand elsewhere in it, thaw becomes runc.
  create) grep -qs /.thaw/checkpoint "$bundle/config.json" || exec "$THAW_RUNC" "$@" ;;
  delete)
    # containerd never deletes what it could not create, so a restore that was interrupted is taken back with the next one.
    for mark in "${id:+$THAW_RUN/$id}" "$THAW_RUN"/*/restoring ''; do [ -e "$mark" ] && break; done
    [ -n "$mark" ] || exec "$THAW_RUNC" "$@"
    ;;
  start)
    [ -e "$awake" ] || exec "$THAW_RUNC" "$@"
    # Its processes run already.
    exec rm -f "$awake"
    ;;
  state)
    [ -e "$awake" ] || exec "$THAW_RUNC" "$@"
    # Its processes run, and it counts as created until the engine has started it: CRI-O insists on that order.
    state=$("$THAW_RUNC" "$@") || exit
    rest=${state#*\"status\":}
    rest=${rest# }
    case $rest in '"running"'*) state="${state%%\"status\":*}\"status\": \"created\"${rest#\"running\"}" ;; esac
    printf '%s\n' "$state"
    exit
    ;;
  *) exec "$THAW_RUNC" "$@" ;;
esac
export THAW_RUNC THAW_RUN THAW_LIB
exec "$THAW_PROGRAM" runtime "$@"
