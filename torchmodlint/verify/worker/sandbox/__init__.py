"""What a process that runs the user's code may do: resource limits, an audit hook, Landlock and seccomp.

Each layer holds without the others, and each is there for what the ones before it cannot do. The limits keep memory
and disk whole. The audit hook says in words what was refused, and is all there is away from Linux; a call through
ctypes gets past it. Landlock refuses every write outside the scratch folder, seccomp new processes, sockets, signals
to others and changes to the machine; neither can be taken off again, nor be got past from inside.

What is not promised: reading is not restricted, so the user's files can be read (but not sent anywhere); and code
that searches its own interpreter's memory can find what it takes to forge a verdict about itself.
"""
