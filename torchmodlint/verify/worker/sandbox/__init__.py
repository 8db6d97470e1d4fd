"""What a process that runs the user's code may do: resource limits, an audit hook, Landlock and seccomp.

Each layer holds without the others, and each is there for what the ones before it cannot do. The limits keep memory
and disk whole. The audit hook says in words what was refused, and is all there is away from Linux; a call through
ctypes gets past it. Landlock refuses every write outside the scratch folder; seccomp refuses other programs, sockets,
signals to others and changes to the machine. Neither can be taken off again, or be got past from inside.

There are two processes to confine. The one that imports the user's files has to fork, so there C code can start
processes too; they are killed with it. The one that builds a class can start threads only.

What is not promised. Reading is not restricted: the user's files can be read, though not sent anywhere. The size of
one file is limited, their number is not. Older kernels know less: before Landlock's ABI 3 C code can cut files to
nothing, and before ABI 6 C code that runs during an import can signal the user's other processes, if not the
verifier's own. And code that searches its own interpreter's memory can find what it takes to forge a verdict about
itself: this guards against accidents and crude attempts, and is no reason to verify code that one would not run.
"""
