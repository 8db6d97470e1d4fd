import torch
from common import load

import pkg
from pkg import Net, build, build_agent, build_pair

if __name__ == "__main__":
    agent = build_agent(3)
    agent.to("cuda")
    agent.eval()
    agent.load_state_dict({})
    agent.forward(torch.zeros(3))
    agent, model = build_pair(3)[1], build_pair(3)[0]
    model, agent = build_pair(3)
    model.forward(agent.forward(torch.zeros(3)))  # TML201
    build(3).forward(torch.zeros(3))  # TML201
    pkg.build(3).encoder.forward(torch.zeros(3))  # TML201
    Net(3).forward(torch.zeros(3))  # TML201
    load().forward(torch.zeros(3))  # TML201
