"""Shows the registry of models in MLflow. One way: nothing comes back."""
